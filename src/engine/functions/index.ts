import type { FunctionDescriptor, FunctionTable } from '../functions-api.ts'
import { cacheDelete } from './cache-delete.ts'
import { cacheIncr } from './cache-incr.ts'
import { cacheInvalidate } from './cache-invalidate.ts'
import { cacheRead } from './cache-read.ts'
import { cacheWrite } from './cache-write.ts'
import { channelCall } from './channel-call.ts'
import { dbRead } from './db-read.ts'
import { dbWrite } from './db-write.ts'
import { filter } from './filter.ts'
import { httpCall } from './http-call.ts'
import { log } from './log.ts'
import { map } from './map.ts'
import { parseJsonFunction } from './parse-json.ts'
import { parseXml } from './parse-xml.ts'
import { publishJson } from './publish-json.ts'
import { publishXml } from './publish-xml.ts'
import { validation } from './validation.ts'

/** Every function of workflows. */
export const builtInFunctions: readonly FunctionDescriptor[] = [
  parseJsonFunction,
  parseXml,
  map,
  filter,
  validation,
  log,
  publishJson,
  publishXml,
  cacheInvalidate,
  cacheRead,
  cacheWrite,
  channelCall,
  httpCall,
  cacheDelete,
  cacheIncr,
  dbRead,
  dbWrite,
]

/** Functions of the reference that a workflow may name one day. */
const LATER = ['mongo_read', 'publish_kafka', 'enrich'] as const

/** Two functions of one name are a defect: throws. */
export function functionTable(descriptors: readonly FunctionDescriptor[]): FunctionTable {
  const byName = new Map<string, FunctionDescriptor>()
  for (const descriptor of descriptors) {
    for (const name of [descriptor.name, ...(descriptor.aliases ?? [])]) {
      if (byName.has(name)) throw new Error(`Two functions are named "${name}"`)
      byName.set(name, descriptor)
    }
  }
  return {
    find: name => byName.get(name),
    names: [...byName.keys()],
    unavailable: LATER.filter(name => !byName.has(name)),
  }
}
