/** Why a text is no XML that can be read. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}
