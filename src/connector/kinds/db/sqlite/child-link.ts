import type { Subprocess } from 'bun'
import { lines } from './lines.ts'

const HANG_UP_MS = 1000

/** A child that answers each line with one line. */
export class ChildLink {
  readonly #child: Subprocess<'pipe', 'pipe', 'ignore'>
  readonly #answers: AsyncGenerator<string>
  #isAlive = true

  /** Nothing of our environment is the child's. */
  constructor(command: readonly string[]) {
    this.#child = Bun.spawn([...command], {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'ignore',
      env: {},
      onExit: () => {
        this.#isAlive = false
      },
    })
    // A database does not keep the server from ending.
    this.#child.unref()
    this.#answers = lines(this.#child.stdout)
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** One at a time. Rejects when the child is gone. */
  async ask(line: string): Promise<string> {
    await this.#child.stdin.write(`${line}\n`)
    await this.#child.stdin.flush()
    const { value, done } = await this.#answers.next()
    if (done !== true) return value
    this.#isAlive = false
    throw new Error('the process of the database ended')
  }

  async hangUp(): Promise<void> {
    this.#isAlive = false
    await this.#child.stdin.end()
    const late = setTimeout(() => this.#child.kill('SIGKILL'), HANG_UP_MS)
    await this.#child.exited
    clearTimeout(late)
  }

  async kill(): Promise<void> {
    this.#isAlive = false
    this.#child.kill('SIGKILL')
    await this.#child.exited
  }
}
