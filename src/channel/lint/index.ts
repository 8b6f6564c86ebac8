import { cacheKeyField } from './rules/cache-key-field.ts'
import { cacheMissesRead } from './rules/cache-misses-read.ts'
import { constantCondition } from './rules/constant-condition.ts'
import { constantKey } from './rules/constant-key.ts'
import { originNeverSent } from './rules/origin-never-sent.ts'
import { plainApiKey } from './rules/plain-api-key.ts'
import { rateAbovePlatform } from './rules/rate-above-platform.ts'
import { refusesEverybody } from './rules/refuses-everybody.ts'
import { schemaContradictsLogic } from './rules/schema-contradicts-logic.ts'
import { schemaKeyword } from './rules/schema-keyword.ts'
import { unknownGuardOperator } from './rules/unknown-guard-operator.ts'
import { unknownGuardRoot } from './rules/unknown-guard-root.ts'
import { unseenHeader } from './rules/unseen-header.ts'
import { weakSecret } from './rules/weak-secret.ts'
import type { ChannelRule } from './subject.ts'

/** Every rule about guards that refuse, admit or remember something else than they seem to. */
export const channelRules: readonly ChannelRule[] = [
  unknownGuardOperator,
  constantCondition,
  constantKey,
  unknownGuardRoot,
  unseenHeader,
  schemaContradictsLogic,
  schemaKeyword,
  refusesEverybody,
  originNeverSent,
  cacheMissesRead,
  cacheKeyField,
  rateAbovePlatform,
  plainApiKey,
  weakSecret,
]
