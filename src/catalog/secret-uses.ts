import { isObject, type Json } from '../std/json.ts'
import type { Workflow } from '../workflow/definition.ts'

/** The workflows that have `{"secret": NAME}` anywhere in their tasks. */
export function workflowsNaming(workflows: readonly Workflow[], name: string): Workflow[] {
  return workflows.filter(({ tasks, loop }) => names(tasks, name) || names(loop, name))
}

function names(value: Json, name: string): boolean {
  if (Array.isArray(value)) return value.some(item => names(item, name))
  if (!isObject(value)) return false
  return Object.entries(value).some(([key, member]) => isNamed(key, member, name) || names(member, name))
}

function isNamed(key: string, member: Json, name: string): boolean {
  return key === 'secret' && (member === name || (Array.isArray(member) && member[0] === name))
}
