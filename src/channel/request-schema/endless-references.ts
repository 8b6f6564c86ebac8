import type { Detail } from '../../errors.ts'
import { isObject, own } from '../../std/json.ts'
import type { Place, SchemaDocument } from './document.ts'
import { dynamicTargets } from './dynamic-targets.ts'
import { memberPath, pointerTo } from './paths.ts'
import { REFERENCES, type References } from './references.ts'
import { IN_PLACE, KEYWORDS } from './vocabulary.ts'

/** A schema that applies to the same value as the one it is reached from. */
interface Step {
  readonly to: Place
  /** Place of the reference; undefined for a schema within the other. */
  readonly reference: string | undefined
}

/** A schema whose steps are being taken, and the last reference on the way to it. */
interface Frame {
  readonly place: Place
  readonly steps: Step[]
  readonly reference: string | undefined
}

/** References that lead back to where they stand without going into the value: no value could be checked against them. */
export function endlessReferences(document: SchemaDocument, references: References): Detail[] {
  const found = new Set<string>()
  const done = new Set<Place>()
  for (const start of document.places.values()) {
    if (done.has(start)) continue
    // Depth first without recursion: a chain of references may be as long as there are schemas.
    const stack: Frame[] = [
      { place: start, steps: stepsFrom(start, document, references), reference: undefined },
    ]
    const open = new Set([start])
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.steps.pop()
      if (next === undefined) {
        stack.pop()
        open.delete(top.place)
        done.add(top.place)
        continue
      }
      const reference = next.reference ?? top.reference
      if (open.has(next.to)) {
        if (reference !== undefined) found.add(reference)
      } else if (!done.has(next.to)) {
        open.add(next.to)
        stack.push({ place: next.to, steps: stepsFrom(next.to, document, references), reference })
      }
    }
  }
  return [...found].map(path => ({
    path,
    code: 'INVALID_FORMAT',
    message: 'This reference leads back to itself without going into the value',
    expected: 'a reference under properties, items or another keyword that goes into the value',
  }))
}

function stepsFrom(place: Place, document: SchemaDocument, references: References): Step[] {
  return [...referred(place, document, references), ...inPlace(place, document)]
}

function referred(place: Place, document: SchemaDocument, references: References): Step[] {
  return REFERENCES.flatMap(keyword => {
    const target = references.get(pointerTo(place.pointer, keyword))
    if (target === undefined) return []
    const dynamic = keyword === '$ref' ? undefined : dynamicTargets(place, target, document)
    const reference = memberPath(place.path, keyword)
    return (dynamic === undefined ? [target] : [...dynamic.values()]).map(to => ({ to, reference }))
  })
}

function inPlace({ schema, pointer }: Place, document: SchemaDocument): Step[] {
  if (!isObject(schema)) return []
  return IN_PLACE.flatMap(keyword => {
    const value = own(schema, keyword)
    if (typeof value !== 'object' || value === null) return []
    const at = pointerTo(pointer, keyword)
    const isOne = KEYWORDS.get(keyword) === 'schema'
    const inside = isOne ? [at] : Object.keys(value).map(name => pointerTo(at, name))
    return inside.flatMap(pointer => {
      const to = document.places.get(pointer)
      return to === undefined ? [] : [{ to, reference: undefined }]
    })
  })
}
