import { posix } from 'node:path'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { HeldDefinition } from '../catalog/apply/definition-pages.ts'
import { canonicalText } from '../catalog/files/canonical-form.ts'
import { JsonMap } from '../versioning/definition.ts'
import type { AdminDoor } from './admin-door.ts'
import { reasonOf } from './apply-request.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { definitionFileNames } from './definition-file-name.ts'
import { DOOR_FLAGS, openAdminDoor } from './open-door.ts'

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write every definition of a server to a folder',
  details: `Writes workflows/<id>.json, channels/<id>.json and connectors/<name>.json to DIR in canonical form: the active
version, without version, times and rollout (of two that share the traffic the one with more of it); a definition
that has none with its "status". Literal secrets are ******, which "apply" takes for the secret that is stored.
Everything is read before anything is written. Files of definitions that the server does not have are named and
stay, unless --prune.`,
  example: 'orion-server export definitions --server https://orion.example.com',
  operands: 'DIR',
  flags: [
    { name: '--prune', summary: 'Delete files of definitions that the server does not have' },
    ...DOOR_FLAGS,
    { name: '--json', summary: 'Tell it as JSON, for programs' },
  ],
  async run(terminal, invocation) {
    const { operands, flags } = invocation
    const [folder = ''] = operands
    await using door = await openAdminDoor(terminal, invocation)
    const wanted = filesOf(await readAll(door))
    const present = await definitionFiles(terminal, folder)
    const report: Report = { written: [], unchanged: 0, removed: [], left: [] }
    for (const [path, text] of wanted) {
      if (present.get(path) === text) {
        report.unchanged++
        continue
      }
      await terminal.writeFile(posix.join(folder, path), text)
      report.written.push(path)
    }
    for (const path of present.keys()) {
      if (wanted.has(path)) continue
      if (flags.has('--prune')) await terminal.removeFile(posix.join(folder, path))
      report[flags.has('--prune') ? 'removed' : 'left'].push(path)
    }
    terminal.stdout(flags.has('--json') ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
    return EXIT.done
  },
}

interface Report {
  readonly written: string[]
  unchanged: number
  readonly removed: string[]
  /** Files of definitions that the server does not have. */
  readonly left: string[]
}

const Named = { kind: Type.String(), id: Type.String() }
const Page = Type.Object({
  data: Type.Array(
    Type.Object({
      kind: Type.Union([Type.Literal('workflow'), Type.Literal('channel'), Type.Literal('connector')]),
      id: Type.String(),
      definition: JsonMap(''),
    }),
  ),
  unreadable: Type.Array(Type.Object(Named)),
  next: Type.Union([Type.String(), Type.Null()]),
})

const PAGE_ROWS = 200

/** Everything, before anything is written. */
async function readAll(door: AdminDoor): Promise<HeldDefinition[]> {
  const all: HeldDefinition[] = []
  const unreadable: string[] = []
  for (let after: string | null = ''; after !== null; ) {
    const answer = await door.ask('GET', `definitions?limit=${PAGE_ROWS}&after=${encodeURIComponent(after)}`)
    if (answer.status !== 200) throw new Error(reasonOf(answer, door))
    const page: unknown = answer.body
    if (!Value.Check(Page, page))
      throw new Error(`${door.name} answers with something that is no page of definitions`)
    all.push(...page.data)
    unreadable.push(...page.unreadable.map(({ kind, id }) => `${kind} "${id}"`))
    after = page.next
  }
  if (unreadable.length > 0) {
    throw new Error(
      `${door.name} cannot read ${unreadable.join(', ')}; nothing was written. Delete what is broken, or apply it anew`,
    )
  }
  return all
}

/** Texts of files by their paths in the folder. */
function filesOf(definitions: readonly HeldDefinition[]): Map<string, string> {
  const files = new Map<string, string>()
  for (const [kind, group] of Map.groupBy(definitions, held => held.kind)) {
    const names = definitionFileNames(group.map(({ id }) => id))
    for (const { id, definition } of group) {
      files.set(`${kind}s/${names.get(id)}`, canonicalText(kind, definition))
    }
  }
  return files
}

/** Files of definitions that are there, by their paths in the folder. Throws for links that lead out of it. */
async function definitionFiles(terminal: Terminal, folder: string): Promise<Map<string, string | undefined>> {
  const files = new Map<string, string | undefined>()
  if (!(await terminal.isFolder(folder))) return files
  for (const { path, leadsOutside } of await terminal.readFolder(folder)) {
    if (!/^(?:workflows|channels|connectors)(?:$|\/[^/]+$)/.test(path)) continue
    if (leadsOutside) {
      throw new Error(
        `Cannot write to "${posix.join(folder, path)}": it is a link that leads out of "${folder}", or nowhere`,
      )
    }
    if (!path.endsWith('.json') || path.endsWith('.case.json')) continue
    files.set(path, await terminal.readFile(posix.join(folder, path)).catch(() => undefined))
  }
  return files
}

function reportText({ written, unchanged, removed, left }: Report): string {
  const lines = [
    ...written.map(path => `wrote ${path}`),
    ...removed.map(path => `removed ${path}`),
    ...left.map(path => `left ${path}: the server does not have it; --prune deletes it`),
    `${written.length} written, ${unchanged} unchanged, ${removed.length} removed`,
  ]
  return `${lines.join('\n')}\n`
}
