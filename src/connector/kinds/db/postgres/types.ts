/** Numbers of the built-in types that are treated in a way of their own (`pg_type.dat` of PostgreSQL). */
export const OID = {
  bool: 16,
  bytea: 17,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  unknown: 705,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
} as const

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(OID).map(([name, oid]) => [oid, name.toUpperCase()]),
)

/** As messages call it. */
export function typeName(oid: number): string {
  return NAMES.get(oid) ?? `of type ${oid}`
}

/** A type as far as its values' text goes. */
export type TextType =
  | { readonly kind: 'scalar'; readonly oid: number }
  | { readonly kind: 'array'; readonly items: TextType; readonly delimiter: string }

const scalar = (oid: number): TextType => ({ kind: 'scalar', oid })
const array = (oid: number): TextType => ({ kind: 'array', items: scalar(oid), delimiter: ',' })

/** Built-in scalars whose text stands for itself: char, xid, inet, interval, money and their like. */
const PLAIN = [
  18, 22, 24, 27, 28, 29, 30, 142, 600, 601, 602, 603, 604, 628, 650, 718, 774, 790, 829, 869, 1186, 1266,
]
const MORE_PLAIN = [
  1560, 1562, 1790, 2202, 2205, 2206, 2249, 2278, 2970, 3220, 3614, 3615, 3904, 3906, 3908, 3910, 3912, 3926,
]

const ARRAYS: readonly (readonly [number, number])[] = [
  [1000, OID.bool],
  [1001, OID.bytea],
  [1003, OID.name],
  [1005, OID.int2],
  [1007, OID.int4],
  [1009, OID.text],
  [1014, OID.bpchar],
  [1015, OID.varchar],
  [1016, OID.int8],
  [1021, OID.float4],
  [1022, OID.float8],
  [1028, OID.oid],
  [1115, OID.timestamp],
  [1182, OID.date],
  [1183, OID.time],
  [1185, OID.timestamptz],
  [1231, OID.numeric],
  [2951, OID.uuid],
  [199, OID.json],
  [3807, OID.jsonb],
]

/** Types that need not be looked up in a catalog. */
export const BUILT_IN: ReadonlyMap<number, TextType> = new Map<number, TextType>([
  ...[...Object.values(OID), ...PLAIN, ...MORE_PLAIN].map((oid): [number, TextType] => [oid, scalar(oid)]),
  ...ARRAYS.map(([oid, items]): [number, TextType] => [oid, array(items)]),
])
