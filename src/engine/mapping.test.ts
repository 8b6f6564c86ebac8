import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../std/json.ts'
import { compiled, mapTask, run, task, testLimits } from './test-run.ts'

const broken = { '+': ['x', 1] }
const none = { var: 'data.none' }

/** What one `map` task leaves: `data`, the recorded changes and the status of the task. */
function mapped(mappings: Json[], data: JsonObject = {}, metadata: JsonObject = {}) {
  const { message, lines } = run(compiled([task('m', 'map', { mappings })]), { data, metadata })
  const { status, changes } = message.audit_trail[0] ?? {}
  return { data: message.context.data, status, changes, lines, context: message.context }
}

function problems(mapping: JsonObject): string[] {
  try {
    compiled([task('m', 'map', { mappings: [mapping] })])
  } catch (error) {
    return error instanceof Error ? [error.message.replace('tasks[0].function.input.mappings[0].', '')] : []
  }
  return []
}

describe('unset', () => {
  test('removes a key or an element, the rest close up, and records what was there', () => {
    const { data, changes, status } = mapped(
      [
        { path: 'data.o.x', unset: true },
        { path: 'data.l.1', unset: true },
        { path: 'data.l.0.k', unset: true },
      ],
      { o: { x: 1, y: 2 }, l: [{ k: 1, m: 2 }, 'b', 'c'] },
    )
    expect(data).toEqual({ o: { y: 2 }, l: [{ m: 2 }, 'c'] })
    expect(status).toBe(200)
    expect(changes).toEqual([
      { path: 'data.o.x', old_value: 1, new_value: null, removed: true },
      { path: 'data.l.1', old_value: 'b', new_value: null, removed: true },
      { path: 'data.l.0.k', old_value: 1, new_value: null, removed: true },
    ])
  })

  test('of a null removes it', () => {
    const { data, changes } = mapped([{ path: 'data.n', unset: true }], { n: null })
    expect(data).toEqual({})
    expect(changes).toEqual([{ path: 'data.n', old_value: null, new_value: null, removed: true }])
  })

  test.each([
    'data.none',
    'data.none.deep',
    'data.s.x',
    'data.l.7',
    'data.l.x',
    'data.l.-1',
    'data.l.#0',
    'data.toString',
  ])('of %s, where nothing is, does and records nothing', path => {
    const before = { s: 'text', l: [1] }
    const { data, changes, status } = mapped([{ path, unset: true }], { ...before })
    expect([data, changes, status]).toEqual([before, [], 200])
  })

  test('reads paths like every other access', () => {
    const data: JsonObject = { '20': 1, l: [1, 2], '': { '': 3, a: 4 } }
    const paths = ['data.#20', 'data.l.+1', 'data..']
    expect(
      mapped(
        paths.map(path => ({ path, unset: true })),
        data,
      ).data,
    ).toEqual({ l: [1], '': { a: 4 } })
  })

  test('reaches temp_data and metadata', () => {
    const { context } = mapped(
      [
        { path: 'temp_data.t', logic: 1 },
        { path: 'temp_data.t', unset: true },
        { path: 'metadata.m', unset: true },
      ],
      {},
      { m: 1 },
    )
    expect(context.temp_data).toEqual({})
    expect(context.metadata).not.toHaveProperty('m')
  })

  test('changes nothing that others hold', () => {
    const payload = { o: { x: 1, l: [1, 2] } }
    const tasks = [
      task('p', 'parse_json', { source: 'payload', target: 'in' }),
      mapTask('c', { 'data.copy': { var: 'data.in' } }),
      task('m', 'map', {
        mappings: [
          { path: 'data.in.o.x', unset: true },
          { path: 'data.in.o.l.0', unset: true },
        ],
      }),
    ]
    const { message } = run(compiled(tasks), { payload })
    expect(message.context.data).toEqual({ in: { o: { l: [2] } }, copy: { o: { x: 1, l: [1, 2] } } })
    expect(payload).toEqual({ o: { x: 1, l: [1, 2] } })
  })

  test('keeps an own __proto__ a key', () => {
    const data = (): JsonObject => ({ o: JSON.parse('{"__proto__":{"x":1,"y":2},"a":1}') })
    const written = mapped(
      [
        { path: 'data.o.__proto__.x', unset: true },
        { path: 'data.o.a', unset: true },
      ],
      data(),
    ).data
    expect(JSON.stringify(written)).toBe('{"o":{"__proto__":{"y":2}}}')
    expect(JSON.stringify(mapped([{ path: 'data.o.__proto__', unset: true }], data()).data)).toBe(
      '{"o":{"a":1}}',
    )
  })

  test('of a computed root fails that mapping, the others are done', () => {
    const { data, status, changes, lines } = mapped([
      { path: { cat: ['da', 'ta'] }, unset: true },
      { path: { cat: ['#metadata'] }, unset: true },
      { path: 'data.after', logic: 1 },
    ])
    expect([data, status]).toEqual([{ after: 1 }, 500])
    expect(changes).toHaveLength(1)
    expect(lines).toContain(
      'debug The mapping to a computed path failed: a root of the context cannot be removed',
    )
  })
})

describe('on_null', () => {
  test('keeps what is there, or removes it', () => {
    const { data, changes } = mapped(
      [
        { path: 'data.kept', logic: none, on_null: 'skip' },
        { path: 'data.gone', logic: none, on_null: 'unset' },
        { path: 'data.never', logic: null, on_null: 'unset' },
      ],
      { kept: 1, gone: 2 },
    )
    expect(data).toEqual({ kept: 1 })
    expect(changes).toEqual([{ path: 'data.gone', old_value: 2, new_value: null, removed: true }])
  })

  test('writes every other result, false and 0 too', () => {
    const results: Json[] = [false, 0, '', [], 7]
    const mappings = results.map((logic, at) => ({ path: `data.x${at}`, logic, on_null: 'unset' }))
    expect(mapped(mappings).data).toEqual({ x0: false, x1: 0, x2: '', x3: [], x4: 7 })
  })
})

describe('append and extend', () => {
  test('add to the list that is there, and make one where nothing or null is', () => {
    const { data, changes, status } = mapped(
      [
        { path: 'data.l', logic: { merge: [2, 3] }, mode: 'append' },
        { path: 'data.l', logic: { merge: [4, 5] }, mode: 'extend' },
        { path: 'data.new.deep', logic: 1, mode: 'append' },
        { path: 'data.n', logic: { merge: [1] }, mode: 'extend' },
        { path: 'data.s', logic: 'x', mode: 'set' },
      ],
      { l: [1], n: null },
    )
    expect(data).toEqual({ l: [1, [2, 3], 4, 5], new: { deep: [1] }, n: [1], s: 'x' })
    expect(status).toBe(200)
    expect(changes?.map(({ path, old_value, new_value }) => [path, old_value, new_value])).toEqual([
      ['data.l.1', null, [2, 3]],
      ['data.l.2', null, 4],
      ['data.l.3', null, 5],
      ['data.new.deep.0', null, 1],
      ['data.n.0', null, 1],
      ['data.s', null, 'x'],
    ])
  })

  test('of null do what on_null says', () => {
    const data = { a: [1], b: [1] }
    const mappings = [
      { path: 'data.a', logic: none, mode: 'append' },
      { path: 'data.a', logic: none, mode: 'extend' },
      { path: 'data.b', logic: none, mode: 'extend', on_null: 'unset' },
    ]
    expect(mapped(mappings, data).data).toEqual({ a: [1] })
  })

  test('of an empty list leave a list', () => {
    expect(mapped([{ path: 'data.l', logic: [], mode: 'extend' }])).toMatchObject({
      data: { l: [] },
      changes: [],
    })
  })

  test.each<[string, JsonObject, JsonObject]>([
    ['append to a text', { path: 'data.x', logic: 1, mode: 'append' }, { x: 'text' }],
    ['append to an object', { path: 'data.x', logic: 1, mode: 'append' }, { x: {} }],
    ['append to false', { path: 'data.x', logic: 1, mode: 'append' }, { x: false }],
    ['extend an object', { path: 'data.x', logic: { merge: [1] }, mode: 'extend' }, { x: {} }],
    ['extend by a text', { path: 'data.x', logic: 'abc', mode: 'extend' }, { x: [1] }],
    ['extend by an object', { path: 'data.x', logic: { a: 1, b: 2 }, mode: 'extend' }, { x: [1] }],
    ['append to a computed root', { path: { cat: ['data'] }, logic: 1, mode: 'append' }, {}],
  ])('%s fails that mapping, the others are done', (_what, mapping, data) => {
    const result = mapped([mapping, { path: 'data.after', logic: 1 }], { ...data })
    expect(result).toMatchObject({ data: { ...data, after: 1 }, status: 500 })
    expect(result.changes).toHaveLength(1)
  })

  test('do not change a list that others hold', () => {
    const { data } = mapped(
      [
        { path: 'data.copy', logic: { var: 'data.l' } },
        { path: 'data.l', logic: 2, mode: 'append' },
        { path: 'data.again', logic: { var: 'data.l' } },
        { path: 'data.l', logic: 3, mode: 'append' },
      ],
      { l: [1] },
    )
    expect(data).toEqual({ l: [1, 2, 3], copy: [1], again: [1, 2] })
  })

  test('may add a list to itself', () => {
    expect(
      mapped([{ path: 'data.l', logic: { var: 'data.l' }, mode: 'extend' }], { l: [1, 2] }).data,
    ).toEqual({
      l: [1, 2, 1, 2],
    })
    expect(mapped([{ path: 'data.l', logic: { var: 'data.l' }, mode: 'append' }], { l: [1] }).data).toEqual({
      l: [1, [1]],
    })
  })

  test('end at the number of items that a list may have', () => {
    const limits = { ...testLimits, maxResultItems: 4 }
    const tasks = [
      task('m', 'map', { mappings: [{ path: 'data.l', logic: { var: 'data.l' }, mode: 'extend' }] }),
    ]
    const workflow = compiled(tasks, { loop: { max: 100 } }, { limits })
    const { outcome, message } = run(workflow, { data: { l: [1] } })
    expect(outcome).toMatchObject({
      status: 'failed',
      error: {
        code: 'BUDGET_EXCEEDED',
        message:
          'Cannot add to the list at "data.l": it would have more than 4 items (engine.max_result_items)',
      },
    })
    expect(message.context.data).toEqual({ l: [1, 1, 1, 1] })
  })

  test('are seen by what a workflow reads', () => {
    const reads = (mapping: JsonObject) => compiled([task('m', 'map', { mappings: [mapping] })]).reads
    expect(reads({ path: 'metadata.headers.x', logic: 1, mode: 'append' })).toEqual(['metadata.headers.x'])
    expect(reads({ path: 'metadata.headers.x', unset: true })).toEqual(['metadata.headers.x'])
    expect(reads({ path: 'data.x', logic: 1 })).toEqual([])
    expect(reads({ path: { cat: ['metadata.', 'x'] }, unset: true })).toEqual([''])
  })
})

describe('a computed path', () => {
  const to = (rule: Json, logic: Json = 1) => ({ path: rule, logic })

  test('names where the result goes, and is recorded as it came out', () => {
    const { data, changes } = mapped([to({ cat: ['data.by.', { var: 'data.k' }, '.n'] })], { k: 'x' })
    expect(data).toEqual({ k: 'x', by: { x: { n: 1 } } })
    expect(changes).toEqual([{ path: 'data.by.x.n', old_value: null, new_value: 1 }])
  })

  test('merges into a root that it names', () => {
    expect(mapped([to({ cat: ['da', 'ta'] }, { a: 1, b: 2 })], { c: 3 }).data).toEqual({ c: 3, a: 1, b: 2 })
  })

  test('that is null, a number or outside of the roots writes beside them, as in the reference', () => {
    const { context, status } = mapped([
      to(none),
      to({ '+': [1, 2] }),
      to({ cat: ['foo', '.bar'] }),
      to({ '!': [1] }),
    ])
    expect(context).toMatchObject({ null: 1, 3: 1, foo: { bar: 1 }, false: 1 })
    expect(status).toBe(200)
  })

  test.each<[Json, string]>([
    [{ merge: ['data', 'x'] }, 'its path came out as an array, not as a text'],
    [{ var: 'data' }, 'its path came out as an object, not as a text'],
    [{ cat: ['data', ...Array.from({ length: 127 }, () => '.a')] }, 'its path has more than 127 parts'],
    [broken, 'NaN'],
  ])('that is no path fails its mapping: %j', (rule, why) => {
    const { data, status, lines } = mapped([to(rule), { path: 'data.after', logic: 1 }])
    expect([data, status]).toEqual([{ after: 1 }, 500])
    expect(lines[0]).toContain('The mapping to a computed path failed: ')
    expect(lines[0]).toContain(why)
  })

  test('is not asked for when nothing is written', () => {
    expect(mapped([to(broken, none)]).status).toBe(200)
  })

  test('counts among what is read', () => {
    const rule = { cat: ['data.', { var: 'metadata.k' }] }
    expect(compiled([task('m', 'map', { mappings: [to(rule)] })]).reads).toEqual(['metadata.k'])
  })

  test('cannot reach a prototype', () => {
    const { data } = mapped([to({ cat: ['data.__proto__.', 'polluted'] })])
    expect(JSON.stringify(data)).toBe('{"__proto__":{"polluted":1}}')
    expect('polluted' in {}).toBe(false)
  })
})

describe('a mapping that cannot be meant is refused', () => {
  test.each<[JsonObject, string]>([
    [{ path: 'data.x' }, 'logic: a mapping needs "logic", or "unset": true to remove the path'],
    [{ path: 'data.x', unset: false }, 'logic: a mapping needs "logic", or "unset": true'],
    [{ path: 'data.x', unset: true, logic: null }, 'unset: "unset" removes the path and takes no "logic"'],
    [{ path: 'data.x', unset: true, mode: 'append' }, 'mode: "mode" says what a result does'],
    [{ path: 'data.x', unset: true, on_null: 'skip' }, 'on_null: "on_null" says what a result does'],
    [{ path: 'data', unset: true }, 'path: a whole root cannot be removed'],
    [{ path: '#data', unset: true }, 'path: a whole root cannot be removed'],
    [{ path: 'data', logic: 1, on_null: 'unset' }, 'path: a whole root cannot be removed'],
    [{ path: 'temp_data', logic: 1, mode: 'extend' }, 'path: a root is no list'],
    [{ path: 'data.x', logic: 1, mode: 'prepend' }, 'mode: must be one of set, append, extend'],
    [{ path: 'data.x', logic: 1, on_null: 'keep' }, 'on_null: must be one of skip, unset'],
    [
      { path: 'data.x', logic: 1, unsets: true },
      'unsets: "unsets" is not a known key; did you mean "unset"?',
    ],
    [
      { path: 'dat.x', logic: 1 },
      'path: "dat.x" must begin with data, metadata or temp_data; did you mean "data"?',
    ],
    [{ path: '', logic: 1 }, 'path: "" must begin with data, metadata or temp_data'],
    [{ path: 'payload.x', unset: true }, 'path: "payload.x" must begin with data, metadata or temp_data'],
    [{ path: `data${'.a'.repeat(127)}`, logic: 1 }, 'path: must have at most 127 parts'],
    [{ path: ['data', 'x'], logic: 1 }, 'path: must be a string or an expression'],
    [{ path: 7, logic: 1 }, 'path: must be a string or an expression'],
  ])('%j', (mapping, why) => {
    expect(problems(mapping)).toEqual([expect.stringContaining(why)])
  })

  test('and everything else is not', () => {
    for (const mapping of [
      { path: 'data', logic: 1 },
      { path: '#data.x', logic: 1 },
      { path: 'temp_data.', logic: null },
      { path: `data${'.a'.repeat(126)}`, logic: 1 },
      { path: {}, logic: 1 },
      { path: 'data.x', logic: 1, unset: false, on_null: 'skip', mode: 'set' },
    ]) {
      expect(problems(mapping)).toEqual([])
    }
  })
})

describe('a source of parse_json and parse_xml', () => {
  test.each([
    ['paylod.x', 'did you mean "payload"?'],
    ['payloads', 'did you mean "payload"?'],
    ['', 'must begin with payload, data, metadata or temp_data'],
    ['context.data', 'must begin with payload, data, metadata or temp_data'],
  ])('is refused outside of the payload and the roots: %p', (source, why) => {
    for (const name of ['parse_json', 'parse_xml']) {
      expect(() => compiled([task('p', name, { source, target: 'x' })])).toThrow(
        `tasks[0].function.input.source: "${source}" must begin with`,
      )
      expect(() => compiled([task('p', name, { source, target: 'x' })])).toThrow(why)
    }
  })

  test.each(['payload', 'payload.', 'payload.a.b', 'data', 'temp_data.x', 'metadata.headers'])(
    'may be %p',
    source => {
      expect(() => compiled([task('p', 'parse_json', { source, target: 'x' })])).not.toThrow()
    },
  )
})
