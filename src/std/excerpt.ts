const MAX_CHARACTERS = 80

/** A text as an error quotes it: cut, so that an answer never echoes a body. */
export function excerpt(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS).toWellFormed()}…` : text
}
