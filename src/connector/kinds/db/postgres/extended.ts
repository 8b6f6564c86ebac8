/** One statement, prepared once on each connection; without this, the driver sends what has no parameters as a script. */
export const EXTENDED = { prepare: true, simple: false } as const
