import { OrionError } from '../errors.ts'

/**
 * Why a channel that was called gave nothing. It names that channel, and goes up as it is through channels that call each
 * other: whoever asked the first one is told, unless what failed is nobody else's business (500).
 */
export class CallError extends OrionError {
  /** Whether the one who asked is told what happened. */
  get isTold(): boolean {
    return this.status !== 500
  }
}
