import { isObject, type Json, type JsonObject, setOwn } from '../../std/json.ts'
import { type Change, changesBetween } from '../../versioning/changes.ts'

/** Between what may be seen of a secret and the mark that tells it from others; no text that is shown holds it. */
const MARK = '\u0000\u0000orion secret '

/**
 * The differences of two contents as anybody may see them: secrets read `******`, and one that differs is told with the
 * same mask on both sides. `mask` gives what may be seen of a content.
 */
export function shownChanges(
  old: JsonObject,
  new_: JsonObject,
  mask: (content: JsonObject) => JsonObject,
): Change[] {
  return changesBetween(marked(old, mask(old)), marked(new_, mask(new_))).map(change => ({
    path: change.path,
    ...(change.old !== undefined && { old: unmarked(change.old) }),
    ...(change.new !== undefined && { new: unmarked(change.new) }),
  }))
}

/** What is shown, with a digest of what is not. */
function marked(clear: Json, shown: Json): Json {
  if (isObject(clear) && isObject(shown)) {
    return mapped(shown, (name, value) =>
      marked(Object.hasOwn(clear, name) ? (clear[name] ?? null) : null, value),
    )
  }
  if (Array.isArray(clear) && Array.isArray(shown)) {
    return shown.map((value, at) => marked(clear[at] ?? null, value))
  }
  if (typeof shown !== 'string' || shown === clear) return shown
  return `${shown}${MARK}${Bun.SHA256.hash(JSON.stringify(clear), 'base64')}`
}

function unmarked(value: Json): Json {
  if (typeof value === 'string') {
    const at = value.indexOf(MARK)
    return at < 0 ? value : value.slice(0, at)
  }
  if (Array.isArray(value)) return value.map(unmarked)
  return isObject(value) ? mapped(value, (_, member) => unmarked(member)) : value
}

function mapped(object: JsonObject, change: (name: string, value: Json) => Json): JsonObject {
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(object)) setOwn(result, name, change(name, value))
  return result
}
