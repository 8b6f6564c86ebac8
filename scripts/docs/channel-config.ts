import type { TSchema } from '@sinclair/typebox'
import { ChannelConfig } from '../../src/channel/definition.ts'
import { membersOf } from '../../src/std/expectation.ts'
import { FIELD_HEAD, fieldRows, sentence } from './field-rows.ts'

const INTRODUCTION = `# The config of a channel

Generated from \`src/channel/definition.ts\` by \`bun run docs\`. [Guards](guards.md) tells how the parts work together.

Every key is optional. A key that is null is a key that is not set; an unknown one is an error. A field of type _logic_
holds a JSONLogic expression.`

/** The text of docs/channel-config.md. */
export function channelConfigDocument(): string {
  const properties: Record<string, TSchema> = ChannelConfig.properties
  const entries = Object.entries(properties)
  const plain = entries.filter(([, schema]) => !isGroup(schema))
  const groups = entries.filter(([, schema]) => isGroup(schema))
  const single = [
    '## Single keys',
    '',
    ...FIELD_HEAD,
    ...fieldRows({ ...ChannelConfig, properties: Object.fromEntries(plain) }),
  ]
  return `${[INTRODUCTION, single.join('\n'), ...groups.map(group)].join('\n\n')}\n`
}

function isGroup(schema: TSchema): boolean {
  return schema.properties !== undefined || isUnionOfObjects(schema)
}

function isUnionOfObjects(schema: TSchema): boolean {
  const members = membersOf(schema)
  return members.length > 1 && members.every(member => member.properties !== undefined)
}

function group([name, schema]: [string, TSchema]): string {
  const head = [`## ${name}`, '', sentence(schema.description ?? '')]
  if (!isUnionOfObjects(schema)) return [...head, '', ...FIELD_HEAD, ...fieldRows(schema)].join('\n')
  const variants = membersOf(schema).map(member =>
    [
      `### ${name}, mode ${member.properties.mode.const}`,
      '',
      sentence(member.description ?? ''),
      '',
      ...FIELD_HEAD,
      ...fieldRows(member),
    ].join('\n'),
  )
  return [head.join('\n'), ...variants].join('\n\n')
}
