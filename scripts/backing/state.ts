import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../root.ts'
import type { BackingName, Place } from './backing.ts'
import { BACKINGS } from './index.ts'
import { isProcess } from './leftovers.ts'

/** What is written down of a service that runs, for whoever looks for it. */
export interface State extends Place {
  readonly name: BackingName
  readonly url: string
  /** Of the service itself. */
  readonly pid: number
  /** Of the process that stops it and cleans up. */
  readonly supervisor: number
}

/** Where `scripts/services` writes down what it started. */
export const CHECKOUT_STATES = join(ROOT, '.orion', 'services')

export function stateFile(folder: string, name: BackingName): string {
  return join(folder, `${name}.json`)
}

/** The state of a service, unless it is gone. */
export async function readState(folder: string, name: BackingName): Promise<State | undefined> {
  const file = Bun.file(stateFile(folder, name))
  if (!(await file.exists())) return undefined
  const state: State = await file.json()
  return isProcess(state.supervisor) && existsSync(state.folder) ? state : undefined
}

export function urlOf(name: BackingName, { user, password, port, database }: Place): string {
  return `${BACKINGS[name].scheme}://${user}:${password}@127.0.0.1:${port}/${database}`
}
