import { expect } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { testNeeding } from '../../tests/harness/needs.ts'
import { tempFolder } from '../../tests/harness/temp-folder.ts'
import { until } from '../../tests/harness/until.ts'
import { isFree } from './free-port.ts'
import { BACKINGS } from './index.ts'
import { isProcess } from './leftovers.ts'
import { readState, type State } from './state.ts'
import { superviseHere } from './supervisor.ts'

const NEED = { postgres: 'private postgres', mariadb: 'private mysql', redis: 'private redis' } as const

function isGone({ pid, folder, port }: State): boolean {
  return !isProcess(pid) && !existsSync(folder) && isFree(port)
}

function answers({ name, ...place }: State): Promise<boolean> {
  const program = BACKINGS[name].find()
  if (program === undefined) throw new Error(`${name} is missing`)
  return BACKINGS[name].isReady(program, place)
}

for (const { name, title } of Object.values(BACKINGS)) {
  testNeeding(NEED[name])(
    `${title} answers when it has started, and leaves nothing when it has stopped`,
    async () => {
      await using states = await tempFolder()
      const supervised = await superviseHere(name, states.path)
      const { state } = supervised
      expect(await answers(state)).toBe(true)
      expect(await readState(states.path, name)).toEqual(state)
      expect(isGone(state)).toBe(false)
      await supervised[Symbol.asyncDispose]()
      expect(isGone(state)).toBe(true)
      expect(await readState(states.path, name)).toBeUndefined()
    },
  )

  testNeeding(NEED[name])(`${title} comes back at its port after a stop and after a kill`, async () => {
    await using supervised = await superviseHere(name)
    for (const end of ['stop', 'kill9'] as const) {
      await supervised.order(end)
      expect([await answers(supervised.state), isFree(supervised.state.port)]).toEqual([false, true])
      await supervised.order('start')
      expect(await answers(supervised.state)).toBe(true)
    }
  })
}

testNeeding('private redis')(
  'a service ends with the process that started it, when that is killed',
  async () => {
    const module = JSON.stringify(join(import.meta.dir, 'supervisor.ts'))
    const code = `import { superviseHere } from ${module}
    console.log(JSON.stringify((await superviseHere('redis')).state))
    setInterval(() => undefined, 1000)`
    const owner = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe', stderr: 'inherit' })
    const state = await firstLine(owner.stdout)
    expect(await answers(state)).toBe(true)
    owner.kill('SIGKILL')
    await until('the service and its folder are gone', () => isGone(state) || undefined)
  },
)

testNeeding('private redis')('a service ends with its supervisor, when that is killed', async () => {
  await using supervised = await superviseHere('redis')
  const { state } = supervised
  process.kill(state.supervisor, 'SIGKILL')
  await until('the service is gone', () => (!isProcess(state.pid) && isFree(state.port)) || undefined)
  await using next = await superviseHere('redis')
  expect([existsSync(state.folder), existsSync(next.state.folder)]).toEqual([false, true])
})

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<State> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true })
    if (text.includes('\n')) break
  }
  return JSON.parse(text)
}
