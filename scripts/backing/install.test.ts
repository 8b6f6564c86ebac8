import { expect, test } from 'bun:test'
import { BACKINGS } from './index.ts'
import { install } from './install.ts'

const MISSING = { ...BACKINGS.redis, find: () => undefined }

test('what cannot be installed is named, with its package and the variable that points at another', async () => {
  const refused = await install([MISSING], 'only root may install packages').catch(error => String(error))
  expect(refused).toContain('Cannot install Redis: only root may install packages')
  expect(refused).toContain('install redis-server')
  expect(refused).toContain('export ORION_TEST_REDIS_URL=redis://')
})

test('nothing is installed when nothing is missing', async () => {
  expect(await install([{ ...MISSING, find: () => '/bin/true' }], 'no way to install')).toBeUndefined()
})
