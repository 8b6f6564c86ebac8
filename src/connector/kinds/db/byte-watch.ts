import type { Socket } from 'node:net'

/** Frames and lengths around values, and what is under way when reading stops. */
const WIRE_BYTES = 16_777_216

/** Ends a connection that brings far more than one answer may hold; a driver would wait for all of a value. */
export class ByteWatch {
  readonly #limit: number
  #received = 0

  constructor(socket: Socket, maxBytes: number) {
    this.#limit = 2 * maxBytes + WIRE_BYTES
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.length
      if (this.isFlooded) socket.destroy()
    })
  }

  get isFlooded(): boolean {
    return this.#received > this.#limit
  }

  /** Another call begins. */
  restart(): void {
    this.#received = 0
  }
}
