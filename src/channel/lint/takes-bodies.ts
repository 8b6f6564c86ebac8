import type { Json } from '../../std/json.ts'

const WITHOUT_BODY = ['GET', 'HEAD', 'OPTIONS']

/** Whether requests with these methods usually have a body; true when the methods are not known. */
export function takesBodies(methods: Json | undefined): boolean {
  if (!Array.isArray(methods) || methods.length === 0) return true
  return methods.some(method => typeof method !== 'string' || !WITHOUT_BODY.includes(method))
}
