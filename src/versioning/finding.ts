import type { Detail } from '../errors.ts'

/** What lint says about one place of a definition. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** Stable name of the rule: `read-before-write`. */
  readonly rule: string
  /** The same as a code: `READ_BEFORE_WRITE`; of an error, the code of the detail that a refusal has. */
  readonly code: string
  /** Dotted from the root of the definition: `tasks[0].condition.==[0].var`. */
  readonly path: string
  readonly message: string
  /** What would be right. */
  readonly expected?: string
  /** The name that was probably meant. */
  readonly suggestion?: string
  /** Who is in the way. */
  readonly other?: { readonly kind: 'workflow' | 'channel' | 'connector'; readonly id: string }
}

/** What a rule of lint says; its name and severity are added by whoever runs it. */
export interface Warning {
  readonly path: string
  readonly message: string
  readonly expected: string
  readonly suggestion?: string
}

/** One rule of lint about documents of one kind. */
export interface LintRule<Subject> {
  readonly name: string
  readonly summary: string
  readonly example: LintExample
  /** Gives undefined now and then, where others may go first. */
  check(subject: Subject): Iterable<Warning | undefined>
}

/** A document that the rule warns of, at which path, and one that means the same and is right. */
export interface LintExample {
  readonly wrong: unknown
  readonly at: string
  readonly right: unknown
}

/** Warnings that one rule gives about one document; more of them help nobody. */
const MAX_WARNINGS = 100

/** Asks each rule, one after another, in portions. */
export function* findWarnings<Subject>(
  rules: readonly LintRule<Subject>[],
  subject: Subject,
): Generator<Finding[]> {
  for (const { name, check } of rules) {
    let count = 0
    for (const warning of check(subject)) {
      yield warning === undefined ? [] : [{ severity: 'warning', rule: name, code: codeOf(name), ...warning }]
      if (warning !== undefined && ++count === MAX_WARNINGS) break
    }
    yield []
  }
}

/** The problem of a check, for which a definition is refused. */
export function errorOf({ path, code, message, expected, suggestion }: Detail): Finding {
  return {
    severity: 'error',
    rule: code.toLowerCase().replaceAll('_', '-'),
    code,
    path,
    message,
    ...(expected !== undefined && { expected }),
    ...(suggestion !== undefined && { suggestion }),
  }
}

function codeOf(rule: string): string {
  return rule.toUpperCase().replaceAll('-', '_')
}
