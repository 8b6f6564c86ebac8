/** A value that has no form in JSON, or none in the database. `message` holds nothing of a caller's data. */
export class ValueRefused extends Error {
  override readonly name = 'ValueRefused'
}
