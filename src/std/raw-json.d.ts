/** ECMAScript 2025 (proposal-json-parse-with-source), which the library of TypeScript does not have. */
interface JSON {
  /** A value that `JSON.stringify` writes as this text, which is JSON of a scalar. */
  rawJSON(text: string): object
}
