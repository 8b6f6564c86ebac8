import { join } from 'node:path'
import type { BackingName } from './backing.ts'
import type { State } from './state.ts'

const PROGRAM = join(import.meta.dir, 'supervise.ts')

interface Answer {
  readonly state?: State
  readonly error?: string
}

/** A service that runs until it is disposed of, or until this process ends, however that comes about. */
export interface Supervised extends AsyncDisposable {
  readonly state: State
  /** Stopping keeps data and port. */
  order(what: 'start' | 'stop' | 'kill9'): Promise<void>
}

/** Starts a service in a supervisor that this process owns. With `states` it is written down there for others. */
export async function superviseHere(name: BackingName, states?: string): Promise<Supervised> {
  const written = states === undefined ? [] : ['--states', states]
  const child = Bun.spawn([process.execPath, PROGRAM, name, ...written], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  child.unref()
  const answers = readAnswers(child.stdout)
  const { state } = await nextAnswer(answers)
  if (state === undefined) throw new Error(`The supervisor of ${name} wrote no state`)
  return {
    state,
    async order(what) {
      void child.stdin.write(`${what}\n`)
      await child.stdin.flush()
      await nextAnswer(answers)
    },
    async [Symbol.asyncDispose]() {
      await child.stdin.end()
      await child.exited
    },
  }
}

/** Starts a service that outlives this process, written down under `states`. */
export async function superviseApart(name: BackingName, states: string): Promise<State> {
  const child = Bun.spawn([process.execPath, PROGRAM, name, '--states', states, '--apart'], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    detached: true,
  })
  child.unref()
  const { state } = await nextAnswer(readAnswers(child.stdout))
  if (state === undefined) throw new Error(`The supervisor of ${name} wrote no state`)
  return state
}

async function nextAnswer(answers: AsyncGenerator<Answer>): Promise<Answer> {
  const { value, done } = await answers.next()
  if (done) throw new Error('The supervisor ended without an answer')
  if (value.error !== undefined) throw new Error(value.error)
  return value
}

async function* readAnswers(stream: ReadableStream<Uint8Array>): AsyncGenerator<Answer, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line)
  }
  return undefined
}
