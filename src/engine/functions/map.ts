import { type Static, Type } from '@sinclair/typebox'
import type { Detail } from '../../errors.ts'
import { LOGIC_KEYWORD, Logic } from '../../expression/logic.ts'
import { excerpt } from '../../std/excerpt.ts'
import type { JsonObject } from '../../std/json.ts'
import { snapshot } from '../context.ts'
import { defineFunction } from '../define-function.ts'
import { isRuleFailure, loggedReason } from '../engine-error.ts'
import type { RunContext } from '../functions-api.ts'
import { eachInTurns } from '../in-turns.ts'
import { compileMapping, type Mapping, WriteRefused } from '../mapping.ts'
import { contextPathProblems } from '../path-problems.ts'
import { isRootPath } from '../path-segments.ts'
import { spendSnapshot } from '../spend.ts'
import { mappingTouches } from '../touches.ts'

const PATH =
  'Where it goes: `data.total`, `temp_data.items.0`, `metadata`; or an expression that gives such a path'

const MappingInput = Type.Object(
  {
    path: Type.Union(
      [
        Type.String(),
        Type.Unsafe<JsonObject>(Type.Object({}, { [LOGIC_KEYWORD]: 'template', expected: 'an expression' })),
      ],
      { description: PATH },
    ),
    logic: Type.Optional(Logic('What is written there; needed unless the path is unset')),
    unset: Type.Optional(
      Type.Boolean({ default: false, description: 'Removes the path; takes no `logic`, and no whole root' }),
    ),
    on_null: Type.Optional(
      Type.Union([Type.Literal('skip'), Type.Literal('unset')], {
        default: 'skip',
        description: 'What a null result does: nothing, or remove the path',
      }),
    ),
    mode: Type.Optional(
      Type.Union([Type.Literal('set'), Type.Literal('append'), Type.Literal('extend')], {
        default: 'set',
        description:
          'Whether the result replaces what is there, or is added to the list there: itself, or its items',
      }),
    ),
  },
  { additionalProperties: false },
)
type MappingInput = Static<typeof MappingInput>

export const map = defineFunction({
  name: 'map',
  category: 'data',
  summary:
    'Computes values and writes them into the context, one after another. Results for `data`, `metadata` and ' +
    '`temp_data` themselves are merged. A failing mapping is left out and the task ends with status 500.',
  input: Type.Object({ mappings: Type.Array(MappingInput) }, { additionalProperties: false }),
  example: {
    data: { price: 20, quantity: 3, seen: ['ORD-1'] },
    input: {
      mappings: [
        { path: 'data.total', logic: { '*': [{ var: 'data.price' }, { var: 'data.quantity' }] } },
        { path: 'data.seen', logic: 'ORD-2', mode: 'append' },
        { path: 'data.price', unset: true },
      ],
    },
    result: { quantity: 3, seen: ['ORD-1', 'ORD-2'], total: 60 },
  },
  retrySafety: 'pure',
  touches: mappingTouches,
  problems: ({ mappings }) => mappings.flatMap((mapping, at) => mappingProblems(mapping, `mappings[${at}]`)),
  compile({ mappings }, context) {
    const compiled = mappings.map(mapping => ({
      shown: typeof mapping.path === 'string' ? `"${mapping.path}"` : 'a computed path',
      apply: compileMapping(mapping, context),
    }))
    return run => eachInTurns(compiled, run, applied)
  },
})

interface ShownMapping {
  /** What it is called where it fails. */
  readonly shown: string
  readonly apply: Mapping
}

/** The status of one mapping. */
function applied({ apply, shown }: ShownMapping, run: RunContext): number {
  if (run.mappingContexts !== undefined) {
    spendSnapshot(run.budget, run.message.context)
    run.mappingContexts.push(snapshot(run.message.context))
  }
  try {
    apply(run)
    return 200
  } catch (error) {
    if (!isRuleFailure(error) && !(error instanceof WriteRefused)) throw error
    run.notes.add(`the mapping to ${shown} failed: ${excerpt(error.message)}`)
    if (run.log.enabled('debug')) {
      const reason = error instanceof WriteRefused ? error.message : loggedReason(error)
      run.log.write('debug', `The mapping to ${shown} failed: ${reason}`)
    }
    return 500
  }
}

function mappingProblems(mapping: MappingInput, at: string): Detail[] {
  const literal = typeof mapping.path === 'string' ? mapping.path : undefined
  return [
    ...(literal === undefined ? [] : contextPathProblems(literal, `${at}.path`)),
    ...(literal !== undefined && isRootPath(literal) ? rootProblems(mapping, `${at}.path`) : []),
    ...(mapping.unset === true ? unsetProblems(mapping, at) : []),
    ...(mapping.unset !== true && mapping.logic === undefined ? [noLogic(`${at}.logic`)] : []),
  ]
}

function rootProblems({ unset, on_null, mode = 'set' }: MappingInput, path: string): Detail[] {
  if (unset === true || on_null === 'unset') {
    return [
      { path, code: 'INVALID_FORMAT', message: 'a whole root cannot be removed; remove what is below it' },
    ]
  }
  if (mode === 'set') return []
  return [{ path, code: 'INVALID_FORMAT', message: 'a root is no list; name a list below it' }]
}

function unsetProblems(mapping: MappingInput, at: string): Detail[] {
  if (mapping.logic !== undefined) {
    const message =
      '"unset" removes the path and takes no "logic"; to remove it when the result is null, keep "logic" and write "on_null": "unset"'
    return [{ path: `${at}.unset`, code: 'UNKNOWN_KEY', message }]
  }
  return (['on_null', 'mode'] as const)
    .filter(key => mapping[key] !== undefined)
    .map(key => ({
      path: `${at}.${key}`,
      code: 'UNKNOWN_KEY',
      message: `"${key}" says what a result does, and "unset" has no result`,
    }))
}

function noLogic(path: string): Detail {
  const message = 'a mapping needs "logic", or "unset": true to remove the path'
  return { path, code: 'REQUIRED', message, expected: 'an expression' }
}
