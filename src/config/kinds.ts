import { type SchemaOptions, type TProperties, type TString, Type } from '@sinclair/typebox'
import type { Json } from '../std/json.ts'
import { Secret, secretUrl } from './secret.ts'

/**
 * What a key may say besides TypeBox's own options:
 * - `only`: the values that this version honours; another one is refused as NOT_AVAILABLE
 * - `unused`: the key is accepted, but nothing reads it in this version
 * - `keepEmptyItems`: an empty item of a comma-separated variable is kept
 * - `secret`: what of it is never shown: the `whole`, or the `credentials` in it
 * - `anything`: values of any shape
 * - `variable`: the name of its environment variable, when it is not ORION_SECTION__KEY
 */
interface KeyOptions<Value> extends SchemaOptions {
  default: Value
  only?: readonly Value[]
  unused?: true
  keepEmptyItems?: true
  variable?: string
}

/** A timer of more than 2^31 - 1 ms would fire at once. */
const MAX_TIMER_MS = 2_147_483_647

export function section<Properties extends TProperties>(description: string, properties: Properties) {
  return Type.Object(properties, {
    additionalProperties: false,
    default: {},
    expected: 'a table',
    description,
  })
}

export function flag(description: string, options: KeyOptions<boolean>) {
  return Type.Boolean({ description, ...options })
}

export function text(description: string, options: KeyOptions<string>) {
  return Type.String({ description, ...options })
}

/** A text that is shown nowhere. */
export function secret(description: string) {
  return asSecret(Type.String({ description, default: '', secret: 'whole' }), value => new Secret(value))
}

/** A list of texts that are shown nowhere. */
export function secrets(description: string) {
  const item = asSecret(Type.String({ secret: 'whole' }), value => new Secret(value))
  return Type.Array(item, { description, default: [], secret: 'whole' })
}

/** Texts by name that are shown nowhere; each name has a variable of its own. */
export function secretMap(description: string) {
  const item = asSecret(Type.String({ secret: 'whole' }), value => new Secret(value))
  return Type.Record(Type.String(), item, { description, default: {}, secret: 'whole', expected: 'a table' })
}

/** Values of any shape by name; each name has a variable of its own. */
export function settingMap(description: string) {
  const item = Type.Unsafe<Json>(Type.Unknown({ anything: true }))
  return Type.Record(Type.String(), item, { description, default: {}, expected: 'a table' })
}

/** An URL that is shown without its credentials. */
export function credentialUrl(description: string, options: KeyOptions<string>) {
  return asSecret(Type.String({ description, secret: 'credentials', ...options }), secretUrl)
}

export function list(description: string, options: KeyOptions<readonly string[]>) {
  return Type.Array(Type.String(), { description, ...options })
}

/** One of the names, in upper or lower case; what was loaded is one of `only`. */
export function choice<const Name extends string, const Only extends Name = Name>(
  description: string,
  names: readonly Name[],
  options: { default: NoInfer<Only>; only?: readonly Only[]; unused?: true },
) {
  const union = Type.Union(names.map(name => Type.Literal(name)))
  return Type.Unsafe<Only>({ ...union, description, ...options })
}

interface WholeOptions extends KeyOptions<number> {
  minimum?: number
  maximum?: number
}

/** An integer from 0 that fits 53 bits, unless the options say otherwise. */
export function whole(description: string, options: WholeOptions) {
  return Type.Integer({ description, minimum: 0, maximum: Number.MAX_SAFE_INTEGER, ...options })
}

export function port(description: string, options: WholeOptions) {
  return whole(description, { minimum: 1, maximum: 65_535, ...options })
}

/** Anything that is counted in memory. */
export function count(description: string, options: WholeOptions) {
  return whole(description, { maximum: 4_294_967_295, ...options })
}

/** A count that nothing stands for when nobody sets it. */
export function optionalCount(description: string, maximum: number) {
  return Type.Optional(Type.Integer({ description, minimum: 0, maximum }))
}

export function millis(description: string, options: WholeOptions) {
  return whole(description, { maximum: MAX_TIMER_MS, ...options })
}

export function seconds(description: string, options: WholeOptions) {
  return whole(description, { maximum: Math.floor(MAX_TIMER_MS / 1000), ...options })
}

export function fraction(description: string, options: KeyOptions<number>) {
  return Type.Number({ description, minimum: 0, maximum: 1, ...options })
}

function asSecret(schema: TString, make: (value: string) => Secret) {
  return Type.Transform(schema)
    .Decode(make)
    .Encode(value => value.reveal())
}
