import { expect } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { testNeeding } from '../../tests/harness/needs.ts'
import { readState } from '../backing/state.ts'
import { ROOT } from '../root.ts'
import { startServices } from './backing.ts'

const HARNESS = JSON.stringify(join(ROOT, 'tests', 'harness', 'backing.ts'))

testNeeding('private redis')(
  'services run once for all test processes, which find them, and end with the run',
  async () => {
    using _none = withoutVariable('ORION_TEST_REDIS_URL')
    const services = await startServices({ install: false, start: true })
    const folder = services.env.ORION_TEST_SERVICES ?? ''
    const state = await readState(folder, 'redis')
    expect([services.failures, state?.name]).toEqual([0, 'redis'])
    const code = `import { redis } from ${HARNESS}; console.log((await redis()).url)`
    const env = { ...process.env, ...services.env }
    const finder = Bun.spawn([process.execPath, '-e', code], { env, stdout: 'pipe' })
    expect((await finder.stdout.text()).trim()).toBe(state?.url ?? 'a state')
    await services[Symbol.asyncDispose]()
    expect([existsSync(folder), existsSync(state?.folder ?? '/')]).toEqual([false, false])
  },
)

function withoutVariable(name: string): Disposable {
  const value = process.env[name]
  delete process.env[name]
  return {
    [Symbol.dispose]() {
      if (value !== undefined) process.env[name] = value
    },
  }
}
