import { type Detail, validationError } from '../../errors.ts'
import type { Json } from '../../std/json.ts'
import { buildRules } from './build-rules.ts'
import { endlessReferences } from './endless-references.ts'
import { Evaluation, TooMuchWork } from './evaluation.ts'
import { DocumentReader } from './read-document.ts'
import { type References, resolveReferences } from './references.ts'
import { Report } from './report.ts'

/** Problems of a schema that one answer lists; more of them help nobody. */
const MAX_PROBLEMS = 100

const NONE: readonly Detail[] = []

/** A JSON Schema 2020-12, ready to check requests. */
export interface RequestSchema {
  /**
   * What is wrong with a value: nothing when it is valid, else 1 to 100 details whose paths begin with `path`. A value
   * that takes too long to check is refused.
   */
  violations(value: Json, path: string): readonly Detail[]
}

/** Every problem of a schema by itself; paths begin with `path`. Empty when {@link compileRequestSchema} takes it. */
export function requestSchemaProblems(schema: Json, path: string): Detail[] {
  return read(schema, path).problems
}

/** Throws VALIDATION_ERROR that lists the problems of the schema; paths begin with `path`. */
export function compileRequestSchema(schema: Json, path: string): RequestSchema {
  const { document, references, problems } = read(schema, path)
  if (problems.length > 0) throw validationError(problems)
  const evaluation = new Evaluation(document.root)
  const rule = buildRules(document, references, evaluation)
  return {
    violations(value, path) {
      const report = new Report()
      let unsaid: Detail = { path, code: 'INVALID_FORMAT', message: 'does not fit the schema of the channel' }
      try {
        evaluation.restart()
        if (rule.test(value)) return NONE
        evaluation.restart()
        rule.explain(value, path, report)
      } catch (error) {
        unsaid = tooMuchWork(error, path)
      }
      return report.details.length > 0 ? report.details : [unsaid]
    },
  }
}

function read(
  schema: Json,
  path: string,
): { document: DocumentReader; references: References; problems: Detail[] } {
  const document = new DocumentReader(schema, path)
  const references = resolveReferences(document)
  const problems = [...document.problems, ...endlessReferences(document, references)].slice(0, MAX_PROBLEMS)
  return { document, references, problems }
}

function tooMuchWork(error: unknown, path: string): Detail {
  if (!(error instanceof TooMuchWork)) throw error
  return {
    path,
    code: 'OUT_OF_RANGE',
    message: `Checking it against the schema of the channel was given up: ${error.message}`,
    expected: 'a smaller or simpler value',
  }
}
