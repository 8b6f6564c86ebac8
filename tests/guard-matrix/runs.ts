import { type Expected, type GuardRow, hold, letGo, ran, refused, reload, send } from './script.ts'

const NO_KEY = 'it asks for no key: it is the same for everybody'
const FULL = refused(503, 'SERVICE_UNAVAILABLE', { 'retry-after': '1' }, 'backpressure')

export const backpressure: GuardRow = {
  name: 'backpressure',
  key: 'backpressure',
  config: { backpressure: { max_concurrent: 1 } },
  passes: { 'one run after the other': [send({}, ran()), send({}, ran())] },
  refuses: {
    'one more than may run, until there is room': [
      hold(),
      send({}, FULL),
      send({}, FULL),
      letGo(ran()),
      send({}, ran()),
    ],
    'who waited in vain': {
      config: { backpressure: { max_concurrent: 1, queue_depth: 1, queue_timeout_ms: 1 } },
      steps: [hold(), send({}, FULL), letGo(ran()), send({}, ran())],
    },
    'everybody, when told so': {
      config: { backpressure: { max_concurrent_per_node: 0 } },
      steps: [send({}, FULL)],
    },
  },
  'broken key': NO_KEY,
  'store down': 'runs are counted in the memory of the process that runs them',
  'after a reload': {
    'what runs since before counts': [hold(), reload, send({}, FULL), letGo(ran()), send({}, ran())],
  },
}

/** The run is over, whatever it waits for. */
const LATE: Expected = { status: 504, code: 'TIMEOUT', headers: {}, run: 'failed', counts: 'timeout' }

export const timeout: GuardRow = {
  name: 'timeout_ms',
  key: 'timeout_ms',
  config: { timeout_ms: 20 },
  passes: { 'a run that ends in time': [send({}, ran())] },
  refuses: {
    'a run that does not, and no run after it': [send({ data: { endless: true } }, LATE), send({}, ran())],
  },
  'broken key': NO_KEY,
  'store down': 'time is kept by the process that runs',
  'after a reload': {
    'a run that began before is ended in time': [hold({ data: { endless: true } }), reload, letGo(LATE)],
    'a run has as much time as before': [reload, send({ data: { endless: true } }, LATE), send({}, ran())],
  },
}
