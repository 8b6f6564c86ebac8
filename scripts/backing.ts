import { BACKING_NAMES, type BackingName } from './backing/backing.ts'
import { BACKINGS, isBackingName } from './backing/index.ts'
import { install } from './backing/install.ts'
import { isProcess } from './backing/leftovers.ts'
import { CHECKOUT_STATES, readState } from './backing/state.ts'
import { superviseApart } from './backing/supervisor.ts'

const USAGE = `Usage: ./scripts/services COMMAND [NAME...]

  start [NAME...]    starts services on free ports of 127.0.0.1, in temporary folders; installs what is missing
  install [NAME...]  gets the programs that are missing, starts nothing
  stop [NAME...]     stops them and removes everything they stored
  status             says what runs, and where
  env                prints the variables that point tests at what runs: eval "$(./scripts/services env)"

NAME is one of ${BACKING_NAMES.join(', ')}; without a name a command is for all of them.
`
const STOPPED_WITHIN_MS = 60_000

async function start(names: readonly BackingName[]): Promise<void> {
  const running = await Promise.all(names.map(name => readState(CHECKOUT_STATES, name)))
  const missing = names.filter((_, at) => running[at] === undefined)
  await install(missing.map(name => BACKINGS[name]))
  await Promise.all(missing.map(name => superviseApart(name, CHECKOUT_STATES)))
  await status()
}

async function stop(names: readonly BackingName[]): Promise<void> {
  await Promise.all(
    names.map(async name => {
      const state = await readState(CHECKOUT_STATES, name)
      if (state === undefined) return
      process.kill(state.supervisor, 'SIGTERM')
      const deadline = performance.now() + STOPPED_WITHIN_MS
      while (isProcess(state.supervisor)) {
        if (performance.now() > deadline) throw new Error(`${BACKINGS[name].title} does not stop`)
        await Bun.sleep(10)
      }
    }),
  )
}

async function status(): Promise<void> {
  for (const name of BACKING_NAMES) {
    const state = await readState(CHECKOUT_STATES, name)
    console.log(`${name.padEnd(10)}${state?.url ?? 'stopped'}`)
  }
}

async function env(): Promise<void> {
  for (const name of BACKING_NAMES) {
    const state = await readState(CHECKOUT_STATES, name)
    if (state !== undefined) console.log(`export ${BACKINGS[name].urlVariable}='${state.url}'`)
  }
}

const [command = '', ...words] = process.argv.slice(2)
const names = words.filter(isBackingName)
const chosen = names.length === 0 ? BACKING_NAMES : names
const isWellAsked = names.length === words.length
try {
  if (command === 'start' && isWellAsked) await start(chosen)
  else if (command === 'install' && isWellAsked) await install(chosen.map(name => BACKINGS[name]))
  else if (command === 'stop' && isWellAsked) await stop(chosen)
  else if (command === 'status' && words.length === 0) await status()
  else if (command === 'env' && words.length === 0) await env()
  else {
    console.error(USAGE)
    process.exitCode = command === '--help' || command === '-h' ? 0 : 2
  }
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
