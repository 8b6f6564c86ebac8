/** What a task does with the context or the payload beside what its expressions read. */
export type Touch =
  | {
      readonly kind: 'read'
      /** Where in the input the path is written: `source`, `mappings[0].path`. */
      readonly field: string
      /** A path of the context, or `payload` and what is below it. */
      readonly path: string
    }
  | {
      readonly kind: 'write'
      readonly field: string
      /** A path of the context; undefined when it is computed. */
      readonly path: string | undefined
    }
