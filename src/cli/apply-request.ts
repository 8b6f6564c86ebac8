import { Value } from '@sinclair/typebox/value'
import { ApplyPlan } from '../catalog/apply/definition.ts'
import { isObject, type Json, own } from '../std/json.ts'
import { type JsonPositions, jsonPositions } from '../std/json-positions.ts'
import type { Finding } from '../versioning/finding.ts'
import type { AdminAnswer, AdminDoor } from './admin-door.ts'
import type { Terminal } from './command.ts'
import type { DefinitionFile } from './definition-file.ts'
import { readDefinitionFolder } from './definition-folder.ts'
import { hideSecrets } from './hide-secrets.ts'
import { jsonFindings, textReport } from './lint-report.ts'
import { byPosition, type FileResult, placed } from './source-file.ts'

/** What came of a request: the plan, or why there is none. */
export type Asked = { readonly plan: ApplyPlan } | Refused

interface Refused {
  readonly reason: string
  /** Problems that are at a place in a file. */
  readonly problems: readonly FileResult[]
}

interface ApplyOptions {
  readonly prune: boolean
  readonly dryRun: boolean
}

/** The definitions of a folder, or what is wrong with its files. */
export async function readDefinitions(
  terminal: Terminal,
  folder: string,
): Promise<{ files: readonly DefinitionFile[] } | Refused> {
  const { files, problems } = await readDefinitionFolder(terminal, folder)
  if (problems.length === 0) return { files }
  return { reason: 'The files are not right; nothing was asked of the server', problems }
}

/** One `POST /apply` of the definitions of files. */
export async function askApply(
  door: AdminDoor,
  files: readonly DefinitionFile[],
  { prune, dryRun }: ApplyOptions,
): Promise<Asked> {
  const definitions = files.map(({ kind, document }) => ({ ...document, kind }))
  const answer = await door.ask('POST', 'apply', JSON.stringify({ definitions, prune, dry_run: dryRun }))
  if (answer.status !== 200) return refusalOf(answer, door, files)
  const plan = isObject(answer.body) ? own(answer.body, 'data') : undefined
  if (!Value.Check(ApplyPlan, plan)) throw new Error(`${door.name} answers with something that is no plan`)
  return { plan }
}

/** Why a request was refused, in a line. Throws for a server that does not know the request. */
export function reasonOf({ status, body }: AdminAnswer, { name }: AdminDoor): string {
  const error = isObject(body) ? own(body, 'error') : undefined
  const text = isObject(error) ? own(error, 'message') : undefined
  if (status === 404 || status === 405) {
    throw new Error(
      `Cannot ask ${name}: it does not know the request (${status}); it is older than this command, or the URL is not that of an Orion server`,
    )
  }
  return `${name} answers ${status}: ${typeof text === 'string' ? text : 'no reason given'}`
}

function refusalOf(answer: AdminAnswer, door: AdminDoor, files: readonly DefinitionFile[]): Refused {
  const told = reasonOf(answer, door)
  const error = isObject(answer.body) ? own(answer.body, 'error') : undefined
  const details = isObject(error) ? own(error, 'details') : undefined
  const found = Array.isArray(details) ? details.flatMap(detail => findingOf(detail)) : []
  const byFile = Map.groupBy(found, ({ at }) => at)
  const problems = [...byFile].flatMap(([at, findings]) => {
    const file = files[at]
    if (file === undefined) return []
    const own = findings.map(({ finding }) => finding)
    return [resultOf(file, own)]
  })
  const isTold = Array.isArray(details) && found.length > 0 && found.length === details.length
  const count = `${problems.length} of ${files.length} files (${answer.status})`
  return {
    reason: isTold ? `${door.name} refuses ${count}; nothing was changed` : told,
    problems: problems.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

/** A detail of the answer as lint would tell it, and of which definition it is. */
function findingOf(detail: Json): { at: number; finding: Finding }[] {
  if (!isObject(detail)) return []
  const text = (field: string) => {
    const value = own(detail, field)
    return typeof value === 'string' ? value : undefined
  }
  const [, at, path] = /^definitions\[(\d+)\]\.?(.*)$/s.exec(text('path') ?? '') ?? []
  if (at === undefined) return []
  const code = text('code') ?? 'INVALID_FORMAT'
  const expected = text('expected')
  const finding: Finding = {
    severity: 'error',
    rule: code.toLowerCase().replaceAll('_', '-'),
    code,
    path: path ?? '',
    message: text('message') ?? 'it was refused',
    ...(expected !== undefined && { expected }),
  }
  return [{ at: Number(at), finding }]
}

function resultOf({ path, kind, document, text }: DefinitionFile, findings: readonly Finding[]): FileResult {
  const positions: JsonPositions = jsonPositions(text)
  return {
    path,
    text: hideSecrets(text, [{ kind, document, path: '' }], positions),
    findings: findings.map(finding => placed(positions, finding)).toSorted(byPosition),
  }
}

/** Tells a refusal: places of files with their lines, then the reason. */
export function tellRefusal(terminal: Terminal, { reason, problems }: Refused, isJson: boolean): void {
  if (isJson) {
    const report = { error: reason, findings: jsonFindings(problems) }
    terminal.stdout(`${JSON.stringify(report, null, 2)}\n`)
    return
  }
  terminal.stderr(`${textReport(problems, true).stderr}Error: ${reason}\n`)
}
