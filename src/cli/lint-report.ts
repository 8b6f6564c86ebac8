import { excerptLines, printable } from './excerpt-lines.ts'
import type { FileResult, PlacedFinding } from './source-file.ts'

interface Report {
  readonly stdout: string
  readonly stderr: string
}

/** One object with every finding of every file, for programs. */
export function jsonReport(results: readonly FileResult[]): Report {
  const findings = jsonFindings(results)
  const { errors, warnings } = counted(results.flatMap(result => result.findings))
  return {
    stdout: `${JSON.stringify({ valid: errors === 0, errors, warnings, findings }, null, 2)}\n`,
    stderr: '',
  }
}

/** Findings as programs read them. */
export function jsonFindings(results: readonly FileResult[]) {
  return results.flatMap(({ path: file, findings }) =>
    findings.map(({ position: { line, column }, ...finding }) => ({ file, line, column, ...finding })),
  )
}

/** Findings with their lines on standard error; what is valid on standard output. */
export function textReport(results: readonly FileResult[], isStrict: boolean): Report {
  const all = counted(results.flatMap(({ findings }) => findings))
  const told = results.flatMap(result => result.findings.map(finding => findingText(finding, result)))
  return {
    stdout: results.map(result => validLine(result, isStrict)).join(''),
    stderr: told.length === 0 ? '' : `${told.join('\n')}\n${countText(all)}\n`,
  }
}

function validLine({ path, findings }: FileResult, isStrict: boolean): string {
  const count = counted(findings)
  if (count.errors > 0 || (isStrict && count.warnings > 0)) return ''
  return `${path} is valid${count.warnings > 0 ? `, with ${plural(count.warnings, 'warning')}` : ''}\n`
}

interface Count {
  readonly errors: number
  readonly warnings: number
}

function counted(findings: readonly PlacedFinding[]): Count {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return { errors, warnings: findings.length - errors }
}

function countText({ errors, warnings }: Count): string {
  const parts = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ]
  return parts.join(', ')
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function findingText(finding: PlacedFinding, { path: file, text }: FileResult): string {
  const { severity, rule, code, path, message, expected, position } = finding
  const where = path === '' ? '' : ` at ${path}`
  return [
    `${file}:${position.line}:${position.column}: ${severity}: ${message}`,
    ...excerptLines(text, position),
    ...(expected === undefined ? [] : [`  expected: ${expected}`]),
    `  ${code}${where} (${rule})`,
    '',
  ]
    .map(printable)
    .join('\n')
}
