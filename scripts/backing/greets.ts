import { connect } from 'node:net'

const PATIENCE_MS = 1_000

/** Whether a port of this machine, told `words`, answers with what `isWelcome` accepts. */
export async function greets(
  port: number,
  words: string,
  isWelcome: (answer: Buffer) => boolean,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, '127.0.0.1')
  let answer = Buffer.alloc(0)
  socket.setTimeout(PATIENCE_MS, () => resolve(false))
  socket.on('connect', () => socket.write(words))
  socket.on('error', () => resolve(false))
  socket.on('close', () => resolve(false))
  socket.on('data', chunk => {
    answer = Buffer.concat([answer, Buffer.from(chunk)])
    if (isWelcome(answer)) resolve(true)
  })
  const welcome = await promise
  socket.destroy()
  return welcome
}
