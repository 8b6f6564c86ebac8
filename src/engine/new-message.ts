import { timestamp } from '../std/clock.ts'
import { isObject, type Json } from '../std/json.ts'
import type { Message } from './message.ts'

/** The version of the reference engine whose behaviour workflows see, in `metadata.engine_version`. */
const ENGINE_VERSION = '3.2.0'

interface Seed {
  id: string
  payload: Json
  /** First `data` and `metadata`; they become the message's own and change with it. Anything but an object is dropped. */
  data?: Json | undefined
  metadata?: Json | undefined
}

/** A message before its run (engine-contract A1). */
export function createMessage({ id, payload, data, metadata }: Seed): Message {
  return {
    id,
    payload,
    context: {
      data: isObject(data) ? data : {},
      metadata: isObject(metadata) ? metadata : {},
      temp_data: {},
    },
    audit_trail: [],
    errors: [],
  }
}

/** Writes what every run writes first, whatever the caller put there; gives the instant of the run as text. */
export function stamp(message: Message, nowMs: number, channel: string | undefined): string {
  const instant = timestamp(nowMs)
  const { metadata } = message.context
  if (isObject(metadata)) {
    metadata.processed_at = instant
    metadata.engine_version = ENGINE_VERSION
    if (channel !== undefined) metadata.channel = channel
  }
  return instant
}
