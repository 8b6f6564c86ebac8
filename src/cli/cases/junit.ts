import { escapeXml } from '../../engine/xml/entities.ts'
import { printable } from '../excerpt-lines.ts'
import type { FileResult } from '../source-file.ts'
import type { PlacedCase } from './case-folder.ts'
import type { CaseResult } from './run-cases.ts'
import { shownText } from './shown-value.ts'

/** A suite for each file, in the form that CI systems read. Files that could not be read are errors. */
export function junitXml(results: readonly CaseResult[], problems: readonly FileResult[]): string {
  const failures = results.filter(result => result.failures.length > 0).length
  const errors = problems.reduce((sum, { findings }) => sum + findings.length, 0)
  const suites = [...Map.groupBy(results, ({ of }) => of.path)].map(([path, cases]) => caseSuite(path, cases))
  const attributes = {
    name: 'orion-server test',
    tests: results.length + errors,
    failures,
    errors,
    time: seconds(results),
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...element('testsuites', attributes, [...problems.flatMap(problemSuite), ...suites].flat()),
    '',
  ].join('\n')
}

function caseSuite(path: string, results: readonly CaseResult[]): string[] {
  const failures = results.filter(result => result.failures.length > 0).length
  const attributes = { name: path, tests: results.length, failures, errors: 0, time: seconds(results) }
  return element('testsuite', attributes, results.flatMap(caseElement))
}

function caseElement(result: CaseResult): string[] {
  const { of, failures } = result
  const attributes = {
    name: of.case.name,
    classname: of.workflow.id,
    file: of.path,
    line: of.place('name').line,
    time: seconds([result]),
  }
  const [first] = failures
  if (first === undefined) return element('testcase', attributes, [])
  const text = failures.map(failure => failureText(of, failure)).join('\n')
  const failure = `<failure${written({ message: first.message, type: 'expectation' })}>${xmlText(text)}</failure>`
  return element('testcase', attributes, [failure])
}

function failureText({ path, place }: PlacedCase, failure: CaseResult['failures'][number]): string {
  const { line, column } = place(failure.path)
  const { message, expected, got } = failure
  const values = [`expected: ${shownText(expected)}`, `got: ${shownText(got)}`]
  const isCompared = expected !== undefined || got !== undefined
  return [`${path}:${line}:${column}: ${message}`, ...(isCompared ? values : [])].join('\n')
}

function problemSuite({ path, findings }: FileResult): string[][] {
  if (findings.length === 0) return []
  const attributes = { name: path, tests: findings.length, failures: 0, errors: findings.length, time: '0' }
  const cases = findings.flatMap(({ rule, message, position: { line, column } }) => {
    const error = `<error${written({ message, type: rule })}>${xmlText(`${path}:${line}:${column}: ${message}`)}</error>`
    return element(
      'testcase',
      { name: `${rule} ${line}:${column}`, classname: path, file: path, line, time: '0' },
      [error],
    )
  })
  return [element('testsuite', attributes, cases)]
}

type Attributes = Readonly<Record<string, string | number>>

function element(name: string, attributes: Attributes, inner: readonly string[]): string[] {
  if (inner.length === 0) return [`<${name}${written(attributes)}/>`]
  return [`<${name}${written(attributes)}>`, ...inner, `</${name}>`]
}

function written(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlText(printable(String(value)))}"`)
    .join('')
}

/** XML has no control characters but these three, and only whole characters. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

function xmlText(text: string): string {
  const safe = text.replace(
    NOT_XML,
    found => `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
  return escapeXml(safe)
}

function seconds(results: readonly CaseResult[]): string {
  return (results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000).toFixed(3)
}
