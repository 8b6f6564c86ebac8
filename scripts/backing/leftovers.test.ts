import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { isProcess, serviceFolder, sweepLeftovers } from './leftovers.ts'

const SERVICE = 'sweeptest'

async function endedProcess(): Promise<number> {
  const child = Bun.spawn(['true'])
  await child.exited
  return child.pid
}

test('a process runs until it has ended', async () => {
  expect(isProcess(process.pid)).toBe(true)
  expect(isProcess(await endedProcess())).toBe(false)
})

test('folders of processes that ended are swept away, those of others stay', async () => {
  const own = await serviceFolder(SERVICE)
  const other = await serviceFolder(SERVICE)
  const orphan = other.replace(`-${process.pid}-`, `-${await endedProcess()}-`)
  await rename(other, orphan)
  await sweepLeftovers(SERVICE)
  expect([existsSync(own), existsSync(orphan)]).toEqual([true, false])
  await rm(own, { recursive: true })
})

test('a folder from where processes have other numbers stays', async () => {
  const here = await serviceFolder(SERVICE)
  const foreign = here.replace(`-${process.pid}-`, `-${await endedProcess()}-`)
  await rename(here, foreign)
  await Bun.write(`${foreign}/process-ids`, 'pid:[1]')
  await sweepLeftovers(SERVICE)
  expect(existsSync(foreign)).toBe(true)
  await rm(foreign, { recursive: true })
})
