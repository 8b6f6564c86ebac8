import { expect, test } from 'bun:test'
import { task } from '../engine/test-run.ts'
import { KeyRing } from '../secrets/key-ring.ts'
import { openTestSecrets, TEST_KEY } from '../secrets/test-secrets.ts'
import { INSTANT } from '../storage/test-store.ts'
import { answering, openRoom, serving, writing } from './test-room.ts'

test('a new value compiles the workflows anew that may name one, and no others', async () => {
  const key = { secret: 'crm' }
  const naming = { workflow_id: 'n', name: 'n', tasks: [task('a', 'cache_read', { connector: 'c', key })] }
  await using room = await openRoom({
    workflows: [naming, answering('plain', 1)],
    channels: [serving('n'), serving('plain')],
    live: { openSecrets: openTestSecrets(`[secrets]\nkey = "${TEST_KEY}"`) },
  })
  const reason = expect.stringContaining("there is no secret 'crm'")
  expect(room.live.status().load_issues.workflows).toMatchObject([{ workflow_id: 'n', reason }])

  const sealed = new KeyRing(TEST_KEY, []).seal('zz', { tenant: 'default', name: 'crm', version: 1 })
  const row = { name: 'crm', version: 1, ...sealed, created_at: INSTANT, updated_at: INSTANT }
  await room.store.commit(writing(room.store.secrets.insert(row)))
  room.compiled.length = 0
  await room.live.reload()
  expect(room.compiled).toEqual(['n'])
  expect(room.live.status().load_issues.workflows).toEqual([])
  await room.live.reload()
  expect(room.compiled).toEqual(['n'])
})
