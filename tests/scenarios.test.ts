import { afterAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Glob } from 'bun'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'
import { expectEnvelope, expectHouseHeaders, problemsOf } from './harness/envelope.ts'

/** One table of `scenarios/*.json`: what is there, then requests and what each of them gives. */
interface Scenario {
  readonly about: string
  /** `ORION_*` variables of the app. */
  readonly env?: Record<string, string>
  /** Requests that succeed, before each case. */
  readonly given?: readonly Step[]
  readonly cases: readonly (Step & { readonly it: string; readonly gives: Outcome })[]
}

interface Step {
  /** `POST /api/v1/admin/workflows` */
  readonly send: string
  readonly body?: Json
  /** A body as it is, instead of `body`. */
  readonly text?: string
  readonly headers?: Record<string, string>
}

interface Outcome {
  readonly status: number
  readonly code?: string
  /** The beginning of the message, or all of it. */
  readonly message?: string
  /** Every problem, no more and no less: path to code. */
  readonly problems?: Record<string, string>
  readonly headers?: Record<string, string>
  /** A part of the body of a success. */
  readonly body?: JsonObject
  /** Whole values by their dotted paths in the body of a success. */
  readonly exactly?: Record<string, Json>
}

const FOLDER = join(import.meta.dir, 'scenarios')

function send(client: Client, { send: line, body, text, headers = {} }: Step) {
  const at = line.indexOf(' ')
  const sent = text ?? body
  return client.request(line.slice(0, at), line.slice(at + 1), {
    headers,
    ...(sent !== undefined && {
      body: typeof sent === 'string' && text === undefined ? JSON.stringify(sent) : sent,
    }),
  })
}

function expectSuccess(answer: Answer, { status, body, exactly = {} }: Outcome): void {
  expect({ status: answer.status, text: answer.text }).toEqual({ status, text: answer.text })
  expectHouseHeaders(answer)
  if (body !== undefined) expect(answer.body).toMatchObject(body)
  for (const [path, value] of Object.entries(exactly)) expect(answer.at(path)).toEqual(value)
}

async function auditRows(client: Client): Promise<Json | undefined> {
  return (await client.admin('GET', 'audit-logs?limit=1')).at('pagination.total')
}

for (const file of [...new Glob('*.json').scanSync({ cwd: FOLDER })].sort()) {
  const { about, env = {}, given = [], cases }: Scenario = await Bun.file(join(FOLDER, file)).json()

  describe(`${file.replace('.json', '')}: ${about}`, () => {
    let app: App | undefined

    async function prepared(): Promise<App> {
      if (app !== undefined) return app
      const opened = await openApp({ env })
      for (const step of given) expect((await send(opened.client, step)).status).toBeOneOf([200, 201])
      return opened
    }

    async function close(): Promise<void> {
      await app?.[Symbol.asyncDispose]()
      app = undefined
    }

    afterAll(close)

    test.each(cases.map(one => [one.it, one] as const))('%s', async (_, { gives, ...step }) => {
      app = await prepared()
      const before = await auditRows(app.client)
      const answer = await send(app.client, step)
      if (gives.headers !== undefined) {
        expect(Object.fromEntries(answer.headers)).toMatchObject(gives.headers)
      }
      if (gives.code === undefined) {
        expectSuccess(answer, gives)
        // The next case begins with what is given, again.
        await close()
        return
      }
      expectEnvelope(answer, gives.status, gives.code)
      expect(problemsOf(answer)).toEqual(gives.problems ?? {})
      if (gives.message !== undefined) expect(String(answer.at('error.message'))).toStartWith(gives.message)
      // What is refused leaves nothing behind.
      expect(await auditRows(app.client)).toBe(before)
    })
  })
}
