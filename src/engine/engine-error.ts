import { ConnectorError } from '../connector/failure.ts'
import { ExpressionError } from '../expression/expression.ts'
import { CallError } from './call-error.ts'

const PREFIX = {
  Validation: 'Validation error: ',
  FunctionExecution: 'Function execution error: ',
  Workflow: 'Workflow error: ',
  Task: 'Task error: ',
  FunctionNotFound: 'Function not found: ',
  Deserialization: 'Deserialization error: ',
  Io: 'IO error: ',
  LogicEvaluation: 'Logic evaluation error: ',
  Http: 'HTTP error: ',
  Timeout: 'Timeout error: ',
  Unknown: 'Unknown error: ',
  Service: '',
} as const

export type EngineErrorKind = keyof typeof PREFIX

interface EngineErrorOptions {
  /** Code of the error entry; a Service error names its own. */
  code?: string
  /** What really happened; goes to the log, never to the caller. */
  cause?: unknown
  /** What led to it, for who reads traces; {@link EngineError.note}. */
  note?: string | undefined
  /** {@link EngineError.ofConnector}. */
  ofConnector?: ConnectorError
  /** {@link EngineError.ofCall}. */
  ofCall?: CallError
}

/** Why a task, and with it a run, failed (engine-contract A9). `message` is the text with the prefix of its kind. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly kind: EngineErrorKind
  readonly code: string
  /** More than `message`, which is the reference's text, may say. */
  readonly note: string | undefined
  /** What a far side did, where that is why; its caller is told as much. */
  readonly ofConnector: ConnectorError | undefined
  /** What became of a channel that was called, where that is why. */
  readonly ofCall: CallError | undefined

  constructor(kind: EngineErrorKind, text: string, options: EngineErrorOptions = {}) {
    super(PREFIX[kind] + text, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.code = options.code ?? 'TASK_ERROR'
    this.note = options.note
    this.ofConnector = options.ofConnector
    this.ofCall = options.ofCall
  }
}

export function budgetExceeded(text: string): EngineError {
  return new EngineError('Service', text, { code: 'BUDGET_EXCEEDED' })
}

/**
 * Whether a rule failed on its data, which conditions, mappings and validation each answer in their own way. An
 * exhausted budget is none of that: nothing may take it for `false` or leave it out.
 */
export function isRuleFailure(error: unknown): error is ExpressionError {
  return error instanceof ExpressionError && error.kind !== 'BudgetExceeded'
}

/** Why a rule failed, for the log: what it threw may hold what a caller sent, so only its kind is told. */
export function loggedReason(error: ExpressionError): string {
  return error.kind === 'Thrown' && error.type !== 'NaN' ? error.kind : error.message
}

function connectorFailure(error: ConnectorError): EngineError {
  const { code, message, note, cause } = error
  return new EngineError('Service', message, { code, note, ofConnector: error, cause })
}

function callFailure(error: CallError): EngineError {
  if (error.isTold) return new EngineError('Service', error.message, { code: error.code, ofCall: error })
  return new EngineError('FunctionExecution', error.message, { code: 'FUNCTION_ERROR', ofCall: error })
}

/** What a task threw as an error that a message can carry. A defect of ours shows no inside. */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error
  if (error instanceof ConnectorError) return connectorFailure(error)
  if (error instanceof CallError) return callFailure(error)
  if (isRuleFailure(error)) return new EngineError('LogicEvaluation', error.message)
  if (error instanceof ExpressionError) return budgetExceeded(error.message)
  return new EngineError('Unknown', 'the function failed unexpectedly', { cause: error })
}
