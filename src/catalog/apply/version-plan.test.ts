import { describe, expect, test } from 'bun:test'
import type { Status } from '../../versioning/status.ts'
import { heldVersion, planVersions, type Step } from './version-plan.ts'

interface Version {
  readonly version: number
  readonly status: Status
  readonly share: number
  readonly content: string
}

/** `3 active new 10%` */
function version(text: string): Version {
  const [number, status, content = '', share = '100%'] = text.split(' ')
  const known = (['draft', 'active', 'archived'] as const).find(one => one === status) ?? 'draft'
  return { version: Number(number), status: known, content, share: Number.parseInt(share, 10) }
}

function text(step: Step): string {
  switch (step.do) {
    case 'insert':
      return `insert ${step.version} ${step.status}`
    case 'write':
      return `write ${step.version}`
    case 'turn':
      return `${step.version} ${step.from} -> ${step.to}`
    case 'move':
      return `move ${step.from} -> ${step.to}`
    default:
      return step satisfies never
  }
}

/** Wanted is the content `new`. */
function planned(standing: readonly string[], wanted: Status): string[] | undefined {
  const plan = planVersions(standing.map(version), wanted, ({ content }) => content === 'new')
  return plan && [...plan.steps.map(text), `= ${plan.version}`]
}

const CASES: Readonly<Record<Status, readonly [standing: string[], steps: string[] | undefined][]>> = {
  active: [
    [[], ['insert 1 active', '= 1']],
    [['3 active new'], undefined],
    [['4 draft x', '3 active new'], undefined],
    [['4 archived x', '3 active new'], undefined],
    [['3 active old'], ['3 active -> archived', 'insert 4 active', '= 4']],
    [['3 archived new'], ['insert 4 active', '= 4']],
    [['1 draft new'], ['write 1', '1 draft -> active', '= 1']],
    [
      ['2 draft new', '1 active old'],
      ['1 active -> archived', 'write 2', '2 draft -> active', '= 2'],
    ],
    [
      ['2 draft mine', '1 active old'],
      ['1 active -> archived', 'write 2', '2 draft -> active', 'move 2 -> 3', '= 2'],
    ],
    [['4 active new 10%', '3 active old 90%'], undefined],
    [['4 active x 10%', '3 active new 90%'], undefined],
    [
      ['4 active x 10%', '3 active y 90%'],
      ['4 active -> archived', '3 active -> archived', 'insert 5 active', '= 5'],
    ],
  ],
  draft: [
    [[], ['insert 1 draft', '= 1']],
    [['2 draft new'], undefined],
    [['2 draft new', '1 archived x'], undefined],
    [['2 draft old'], ['write 2', '= 2']],
    [['1 archived new'], ['insert 2 draft', '= 2']],
    [['1 active new'], ['1 active -> archived', 'insert 2 draft', '= 2']],
    [
      ['2 draft new', '1 active x'],
      ['1 active -> archived', '= 2'],
    ],
    [
      ['2 draft old', '1 active new'],
      ['1 active -> archived', 'write 2', '= 2'],
    ],
  ],
  archived: [
    [[], ['insert 1 archived', '= 1']],
    [['2 archived new'], undefined],
    [['2 archived old'], ['insert 3 archived', '= 3']],
    [['2 active new'], ['2 active -> archived', '= 2']],
    [['2 active old'], ['2 active -> archived', 'insert 3 archived', '= 3']],
    [
      ['3 draft new', '2 active old'],
      ['2 active -> archived', '3 draft -> archived', '= 3'],
    ],
    [
      ['3 draft old', '2 active new'],
      ['2 active -> archived', '3 draft -> archived', 'insert 4 archived', '= 4'],
    ],
  ],
}

for (const status of ['active', 'draft', 'archived'] as const) {
  describe(`wanted ${status}`, () => {
    test.each(CASES[status])('where %j stand: %j', (standing, steps) => {
      expect(planned(standing, status)).toEqual(steps)
    })
  })
}

describe('a file holds', () => {
  test.each([
    [['3 active a'], 3],
    [['4 draft b', '3 active a'], 3],
    [['4 active b 10%', '3 active a 90%'], 3],
    [['4 active b 50%', '3 active a 50%'], 4],
    [['4 active b 51%', '3 active a 49%'], 4],
    [['4 draft b', '3 archived a'], 4],
    [['4 archived b'], 4],
    [[], undefined],
  ])('of %j version %p', (standing, held) => {
    expect(heldVersion(standing.map(version))?.version).toBe(held)
  })
})

test('after the steps, the definition is as wanted', () => {
  for (const status of ['active', 'draft', 'archived'] as const) {
    for (const [standing] of CASES[status]) {
      const after = applied(standing.map(version), status)
      expect({ standing, status, again: planVersions(after, status, isNew) }).toEqual({
        standing,
        status,
        again: undefined,
      })
      expect(after.filter(one => one.status === 'draft').length).toBeLessThanOrEqual(1)
    }
  }
})

const isNew = ({ content }: Version) => content === 'new'

function applied(standing: readonly Version[], wanted: Status): Version[] {
  let versions = [...standing]
  const draft = standing.find(({ status }) => status === 'draft')
  const change = (number: number, fields: Partial<Version>) => {
    versions = versions.map(one => (one.version === number ? { ...one, ...fields } : one))
  }
  for (const step of planVersions(standing, wanted, isNew)?.steps ?? []) {
    if (step.do === 'write') change(step.version, { content: 'new' })
    else if (step.do === 'turn') change(step.version, { status: step.to })
    else if (step.do === 'insert') versions.push(version(`${step.version} ${step.status} new`))
    else versions.push(version(`${step.to} draft ${draft?.content}`))
  }
  return versions.sort((a, b) => b.version - a.version)
}
