import { isObject } from '../../std/json.ts'
import type { Place, Resource, SchemaDocument } from './document.ts'
import { DynamicReference, Entrance } from './dynamic-scope.ts'
import { dynamicTargets } from './dynamic-targets.ts'
import type { Evaluation } from './evaluation.ts'
import { rulesOf } from './keywords/index.ts'
import { pointerTo } from './paths.ts'
import type { ReferenceKeyword, References } from './references.ts'
import type { Build, Rule } from './rule.ts'
import { Subschema } from './subschema.ts'

/** What no value fits: the schema `false`. */
const NOTHING: Rule = {
  test: () => false,
  explain: (value, path, report) => report.mismatch(path, 'INVALID_FORMAT', 'left out', value),
}

/** The schemas of a document as closures, from its root on. The document must be without problems. */
export function buildRules(document: SchemaDocument, references: References, evaluation: Evaluation): Rule {
  return new Builder(document, references, evaluation).build()
}

class Builder {
  private readonly built = new Map<Place, Subschema>()
  private readonly waiting: Place[] = []
  private readonly isDynamic: boolean
  private readonly document: SchemaDocument
  private readonly references: References
  private readonly evaluation: Evaluation

  constructor(document: SchemaDocument, references: References, evaluation: Evaluation) {
    this.document = document
    this.references = references
    this.evaluation = evaluation
    this.isDynamic = [...document.places.values()].some(place => this.dynamic(place) !== undefined)
  }

  /** Schemas wait for their rules in a list, so that no chain of references is too long. */
  build(): Rule {
    const root = this.subschema(this.placeAt(''))
    for (let place = this.waiting.pop(); place !== undefined; place = this.waiting.pop()) {
      this.subschema(place).rules = this.rulesOf(place)
    }
    return root
  }

  private rulesOf(place: Place): Rule[] {
    const { schema } = place
    if (!isObject(schema)) return schema ? [] : [NOTHING]
    const build: Build = {
      evaluation: this.evaluation,
      child: (...tokens) => this.from(place, this.placeAt(tokens.reduce<string>(pointerTo, place.pointer))),
      reference: keyword => this.reference(place, keyword),
    }
    return rulesOf(schema, build)
  }

  private reference(place: Place, keyword: ReferenceKeyword): Rule {
    const target = this.target(place, keyword)
    const dynamic = keyword === '$dynamicRef' ? this.dynamic(place) : undefined
    if (dynamic === undefined) return this.from(place, target)
    const targets = new Map([...dynamic].map(([resource, to]) => [resource, this.from(place, to)]))
    return new DynamicReference(targets, this.from(place, target), this.evaluation)
  }

  private dynamic(place: Place): Map<Resource, Place> | undefined {
    const target = this.references.get(pointerTo(place.pointer, '$dynamicRef'))
    return target === undefined ? undefined : dynamicTargets(place, target, this.document)
  }

  /** A schema as it is applied from another: where that enters another resource, the evaluation has to know. */
  private from(origin: Place, place: Place): Rule {
    const subschema = this.subschema(place)
    if (!this.isDynamic || origin.resource === place.resource) return subschema
    return new Entrance(subschema, place.resource, this.evaluation)
  }

  private subschema(place: Place): Subschema {
    const known = this.built.get(place)
    if (known !== undefined) return known
    const subschema = new Subschema(this.evaluation)
    this.built.set(place, subschema)
    this.waiting.push(place)
    return subschema
  }

  private target(place: Place, keyword: ReferenceKeyword): Place {
    const target = this.references.get(pointerTo(place.pointer, keyword))
    if (target === undefined) throw new Error(`${keyword} at ${place.path} was not resolved`)
    return target
  }

  private placeAt(pointer: string): Place {
    const place = this.document.places.get(pointer)
    if (place === undefined) throw new Error(`No schema was read at ${pointer}`)
    return place
  }
}
