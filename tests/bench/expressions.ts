import { LogicEngine } from 'json-logic-engine'
import jsonLogic from 'json-logic-js'
import { builtInFunctions, functionTable } from '../../src/engine/functions/index.ts'

import { createMessage } from '../../src/engine/new-message.ts'
import { runWorkflows } from '../../src/engine/run.ts'
import { compileWorkflow } from '../../src/engine/workflow.ts'
import { compile } from '../../src/expression/compile.ts'
import { defaultLimits } from '../../src/expression/expression.ts'
import { systemClock } from '../../src/std/clock.ts'
import type { Json } from '../../src/std/json.ts'
import { defaultWorkflowLimits } from '../../src/workflow/limits.ts'
import { manyData, manyRules, RULES } from './expression-rules.ts'
import { tenTasks, tenTasksPayload } from './ten-tasks.ts'

/*
 * Time per evaluation of ours, json-logic-js and json-logic-engine, interpreted and compiled. The compiled one generates
 * code from strings, which the binary forbids. All are measured in turn, round after round, in one process.
 */

const ROUNDS = 41
const SAMPLE_MS = 3
const WARM_UP_MS = 50
const LIVE_RULES = 5000

/** A rule made ready: evaluates it so many times. Each engine has a loop of its own, so that the loop costs nothing. */
type Loop = (data: Json, times: number) => void

/** Where results go, so that none is computed for nothing. */
export let result: unknown

interface Engine {
  readonly name: string
  evaluate(rule: Json, data: Json): Json
  prepare(rule: Json): Loop
}

const functions = functionTable(builtInFunctions)
const limits = { ...defaultWorkflowLimits, maxArrayPadding: 10_000, messageOpsBudget: 5_000_000 }
const library = new LogicEngine()
const options = { mode: 'plain', limits: defaultLimits } as const

const ours: Engine = {
  name: 'ours',
  evaluate: (rule, data) => compile(rule, options).evaluate(data),
  prepare(rule) {
    const expression = compile(rule, options)
    return (data, times) => {
      for (let time = 0; time < times; time++) result = expression.evaluate(data)
    }
  },
}

const jsonLogicJs: Engine = {
  name: 'json-logic-js',
  evaluate: (rule, data) => jsonLogic.apply(rule, data),
  prepare: rule => (data, times) => {
    for (let time = 0; time < times; time++) result = jsonLogic.apply(rule, data)
  },
}

const interpreted: Engine = {
  name: 'interpreted',
  evaluate: (rule, data) => library.run(rule, data),
  prepare: rule => (data, times) => {
    for (let time = 0; time < times; time++) result = library.run(rule, data)
  },
}

const compiled: Engine = {
  name: 'compiled',
  evaluate: (rule, data) => library.build(rule)(data),
  prepare(rule) {
    const run = library.build(rule)
    return (data, times) => {
      for (let time = 0; time < times; time++) result = run(data)
    }
  },
}

const ENGINES = [ours, jsonLogicJs, interpreted, compiled]

interface Subject {
  readonly loop: Loop
  readonly data: Json
}

/** Nanoseconds per evaluation. */
function sample({ loop, data }: Subject, times: number): number {
  const start = performance.now()
  loop(data, times)
  return ((performance.now() - start) * 1e6) / times
}

/** As many evaluations as fill a sample, once the code is warm. */
function timesFor(subject: Subject): number {
  const end = performance.now() + WARM_UP_MS
  while (performance.now() < end) sample(subject, 10)
  let times = 1
  while (sample(subject, times) * times < SAMPLE_MS * 1e6) times *= 2
  return times
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** The median of many samples of each, taken in turn. */
function measure(subjects: readonly Subject[]): number[] {
  const runs = subjects.map(subject => ({ subject, times: timesFor(subject), samples: [] as number[] }))
  for (let round = 0; round < ROUNDS; round++) {
    for (const { subject, times, samples } of runs) samples.push(sample(subject, times))
  }
  return runs.map(({ samples }) => median(samples))
}

/** Times of the engines, in their order, for each rule. */
function measureRules(): number[][] {
  const times = measure(
    RULES.flatMap(({ rule, data }) => {
      const expected = JSON.stringify(ours.evaluate(rule, data))
      for (const { name, evaluate } of ENGINES) {
        const found = JSON.stringify(evaluate(rule, data))
        if (found !== expected)
          throw new Error(`${name} gives ${found} for ${JSON.stringify(rule)}, not ${expected}`)
      }
      return ENGINES.map(engine => ({ loop: engine.prepare(rule), data }))
    }),
  )
  return RULES.map((_, rule) => times.slice(rule * ENGINES.length, (rule + 1) * ENGINES.length))
}

/** One evaluation of each of many rules, as a share of one. */
function measureManyRules(): number[] {
  const rules = manyRules(LIVE_RULES)
  const subjects = [ours, compiled].map(engine => {
    const loops = rules.map(rule => engine.prepare(rule))
    const loop: Loop = (data, times) => {
      for (let time = 0; time < times; time++) for (const each of loops) each(data, 1)
    }
    return { loop, data: manyData }
  })
  return measure(subjects).map(time => time / LIVE_RULES)
}

function measureCompile(): number {
  const subjects = RULES.map(({ rule, data }) => {
    const loop: Loop = (_, times) => {
      for (let time = 0; time < times; time++) compile(rule, options)
    }
    return { loop, data }
  })
  return median(measure(subjects)) / 1e3
}

/** Microseconds of a message through ten tasks, from its payload to the end of its run; no trace, no HTTP. */
function measureWorkflow(): number {
  const compiled = [compileWorkflow(tenTasks, { functions, limits, clock: systemClock })]
  const options = {
    clock: systemClock,
    log: { enabled: () => false, write: () => undefined },
    messageOpsBudget: limits.messageOpsBudget,
    capture: false,
    channel: 'orders',
    invalidate: () => [],
  }
  const loop: Loop = (payload, times) => {
    for (let time = 0; time < times; time++) {
      const message = createMessage({ id: 'm', payload, metadata: {} })
      result = runWorkflows(compiled, message, options)
      if (message.errors.length > 0) throw new Error(`The workflow fails: ${message.errors[0]?.message}`)
    }
  }
  // One subject alone would be measured in a tenth of a second, in which a machine may do something else.
  const subjects = Array.from({ length: 9 }, () => ({ loop, data: tenTasksPayload }))
  return median(measure(subjects)) / 1e3
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

function printRow(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(20) + cells.map(cell => cell.padStart(15)).join(''))
}

function printGoal(text: string, value: string, reached: boolean): void {
  console.log(`${reached ? 'reached' : 'MISSED '}  ${text}: ${value}`)
}

const rules = measureRules()
printRow(
  'ns per evaluation',
  ENGINES.map(({ name }) => name),
)
for (const [index, { name }] of RULES.entries())
  printRow(name, rules[index]?.map(time => time.toFixed(1)) ?? [])

/** How many times as long as ours the engine takes, over all rules. */
function ratio(engine: Engine): number {
  const place = ENGINES.indexOf(engine)
  return geometricMean(rules.map(times => (times[place] ?? 0) / (times[0] ?? 0)))
}

console.log()
const toJs = ratio(jsonLogicJs)
const toInterpreted = ratio(interpreted)
const toCompiled = 1 / ratio(compiled)
printGoal('at least 25 times as fast as json-logic-js', toJs.toFixed(1), toJs >= 25)
printGoal('at least 3.5 times as fast as json-logic-engine', toInterpreted.toFixed(1), toInterpreted >= 3.5)
printGoal('at most 1.2 times the time of its compiled rules', toCompiled.toFixed(2), toCompiled <= 1.2)

const [manyOurs = 0, manyCompiled = 0] = measureManyRules()
const many = `${manyOurs.toFixed(0)} against ${manyCompiled.toFixed(0)} ns`
printGoal(`faster than they are with ${LIVE_RULES} live rules`, many, manyOurs < manyCompiled)

const workflowUs = measureWorkflow()
printGoal('a workflow of ten tasks runs in at most 10 us', `${workflowUs.toFixed(1)} us`, workflowUs <= 10)

const compileUs = measureCompile()
printGoal('a rule compiles in at most 20 us', `${compileUs.toFixed(1)} us`, compileUs <= 20)
