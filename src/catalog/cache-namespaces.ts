import { Value } from '@sinclair/typebox/value'
import type { Principal } from '../auth/principal.ts'
import { CacheNamespace } from '../channel/response-cache/definition.ts'
import type { Invalidated, InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import { validationError } from '../errors.ts'
import { excerpt } from '../std/excerpt.ts'
import { commitDeed } from './journal.ts'
import type { Parts } from './parts.ts'

interface Needs extends Parts {
  readonly invalidate: InvalidateNamespace
}

/** Drops the cached answers of a namespace; what nobody could have asked for is not done. Throws VALIDATION_ERROR. */
export async function invalidateNamespace(
  by: Principal,
  namespace: string,
  { invalidate, ...parts }: Needs,
): Promise<readonly Invalidated[]> {
  if (!Value.Check(CacheNamespace, namespace)) {
    const got = excerpt(namespace)
    const message = `'${got}' is no name of a namespace`
    throw validationError([
      { path: 'ns', code: 'INVALID_FORMAT', message, expected: String(CacheNamespace.expected), got },
    ])
  }
  await commitDeed(parts, [], { by, action: 'invalidate', type: 'cache', id: namespace })
  return invalidate(namespace)
}
