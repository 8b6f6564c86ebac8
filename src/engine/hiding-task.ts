import { ConnectorError } from '../connector/failure.ts'
import { ExpressionError } from '../expression/expression.ts'
import { EngineError, toEngineError } from './engine-error.ts'
import type { RunContext, Task, TaskStatus } from './functions-api.ts'
import type { HiddenTexts } from './hidden-texts.ts'

/** The task, without the secrets of its input in whatever it fails with. */
export function hidingTask(task: Task, hidden: HiddenTexts): Task {
  const failed = (error: unknown): never => {
    throw withoutSecrets(error, hidden)
  }
  return run => {
    run.hidden = hidden
    let status: TaskStatus | Promise<TaskStatus>
    try {
      status = task(run)
    } catch (error) {
      run.hidden = undefined
      return failed(error)
    }
    if (!(status instanceof Promise)) {
      run.hidden = undefined
      return status
    }
    return status.catch(failed).finally(() => release(run, hidden))
  }
}

/** A task that the run did not wait for leaves what the next one hides. */
function release(run: RunContext, hidden: HiddenTexts): void {
  if (run.hidden === hidden) run.hidden = undefined
}

/** The same failure with its secrets hidden. */
export function withoutSecrets(error: unknown, hidden: HiddenTexts): unknown {
  if (error instanceof ConnectorError) return connectorError(error, hidden)
  if (error instanceof ExpressionError && error.kind === 'BudgetExceeded') return error
  const { kind, code, message, note, cause, ofConnector } = toEngineError(error)
  return new EngineError(kind, hidden.hide(withoutPrefix(kind, message)), {
    code,
    note: note === undefined ? undefined : hidden.hide(note),
    ...(cause !== undefined && { cause: hiddenCause(cause, hidden) }),
    ...(ofConnector !== undefined && { ofConnector: connectorError(ofConnector, hidden) }),
  })
}

/** The constructor puts it there again. */
function withoutPrefix(kind: EngineError['kind'], message: string): string {
  const { message: prefix } = new EngineError(kind, '')
  return message.slice(prefix.length)
}

function connectorError(error: ConnectorError, hidden: HiddenTexts): ConnectorError {
  const { code, message, note, details, retryAfterSecs, isUntouched, isPassing, isUnwell, cause } = error
  return new ConnectorError(code, hidden.hide(message), {
    note: note === undefined ? undefined : hidden.hide(note),
    details: details?.map(detail => ({
      ...detail,
      message: hidden.hide(detail.message),
      ...(detail.got !== undefined && { got: hidden.json(detail.got) }),
    })),
    retryAfterSecs,
    isUntouched,
    isPassing,
    isUnwell,
    ...(cause !== undefined && { cause: hiddenCause(cause, hidden) }),
  })
}

/** For the log. */
function hiddenCause(cause: unknown, hidden: HiddenTexts): string {
  return hidden.hide(cause instanceof Error ? (cause.stack ?? String(cause)) : String(cause))
}
