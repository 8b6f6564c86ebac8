import { type DefinitionNeeds, kindOf, lintDefinition } from '../catalog/lint.ts'
import { isObject, type Json, own } from '../std/json.ts'
import { jsonPositions, pathWithin } from '../std/json-positions.ts'
import type { Finding } from '../versioning/finding.ts'
import { unknownConnector } from '../workflow/lint/rules/unknown-connector.ts'
import { hideSecrets } from './hide-secrets.ts'
import { hideTexts } from './hide-texts.ts'
import { type Declared, knownDefinitions } from './known-definitions.ts'
import {
  byPosition,
  type FileResult,
  fileProblem,
  type PlacedFinding,
  parseSource,
  placed,
  type SourceFile,
} from './source-file.ts'

/** A definition in a file, and at which path. */
interface Definition extends Declared {
  readonly path: string
}

/** A file that has been read, with what is wrong with it as a file. */
export interface LintableFile {
  readonly path: string
  readonly text: string
  readonly definitions: readonly Definition[]
  readonly findings: readonly PlacedFinding[]
}

/**
 * Looks at all files together: connectors, channels and workflows that one declares are known in the others. Where files are all
 * that there is, a connector that none of them declares is an error.
 */
export function lintFiles(
  files: readonly LintableFile[],
  {
    areAll,
    ...known
  }: Omit<DefinitionNeeds, 'connectors' | 'channels' | 'workflows'> & { readonly areAll: boolean },
): FileResult[] {
  const declared = knownDefinitions(files.flatMap(({ definitions }) => definitions))
  const connectors = declared.connectors ?? (areAll ? new Set<string>() : undefined)
  const needs = { ...known, ...declared, connectors }
  return files.map(({ path, text, definitions, findings }) => {
    if (definitions.length === 0) return { path, text, findings: findings.toSorted(byPosition) }
    const positions = jsonPositions(text)
    const found = definitions.flatMap(definition =>
      [...lintDefinition(definition.kind, definition.document, needs)]
        .flat()
        .map(finding => (areAll && finding.rule === unknownConnector.name ? asError(finding) : finding))
        .map(finding => placed(positions, { ...finding, path: pathWithin(definition.path, finding.path) })),
    )
    const shown = hideSecrets(text, definitions, positions)
    return { path, text: shown, findings: [...findings, ...found].toSorted(byPosition) }
  })
}

function asError(finding: Finding): Finding {
  return { ...finding, severity: 'error' }
}

/** Every definition in a file of any name: one, an array of them, or an export. */
export function readLintable(source: SourceFile): LintableFile {
  const { path, text } = source
  const parsed = parseSource(source)
  if ('findings' in parsed) return { path, text: hideTexts(text), definitions: [], findings: parsed.findings }
  return { path, text, ...definitionsOf(parsed.value, text) }
}

function definitionsOf(value: Json, text: string): Pick<LintableFile, 'definitions' | 'findings'> {
  const definitions: Definition[] = []
  const findings: PlacedFinding[] = []
  for (const { item, path } of itemsOf(value)) {
    const kind = isObject(item) ? kindOf(item) : undefined
    if (isObject(item) && kind !== undefined) {
      definitions.push({ kind, document: item, path })
    } else {
      const finding = fileProblem(
        'unknown-kind',
        'this is neither a workflow nor a channel nor a connector',
        'an object with "tasks" (a workflow), "channel_type" (a channel) or "connector_type" (a connector)',
      )
      findings.push(placed(jsonPositions(text), { ...finding, path }))
    }
  }
  return { definitions, findings }
}

/** One definition, an array of them, or an export: `{"data": [...]}`. */
function itemsOf(value: Json): { item: Json; path: string }[] {
  const data = isObject(value) && kindOf(value) === undefined ? own(value, 'data') : undefined
  if (Array.isArray(value)) return value.map((item, at) => ({ item, path: `[${at}]` }))
  if (Array.isArray(data)) return data.map((item, at) => ({ item, path: `data[${at}]` }))
  return [{ item: value, path: '' }]
}
