import type { Socket } from 'node:net'
import type { Redis } from 'ioredis'

/**
 * Speaks the protocol of Redis over connections that are made elsewhere. The library does nothing by itself: it does not
 * dial, sign in, wait, repeat, or follow anybody to another address.
 */
export async function overSocket(): Promise<(socket: Socket) => Redis> {
  const { AbstractConnector, Redis } = await import('ioredis')
  return socket => {
    class Given extends AbstractConnector {
      constructor() {
        super(0)
        this.stream = socket
      }

      async connect(): Promise<Socket> {
        return socket
      }

      /** At once, whatever is still to come. */
      override disconnect(): void {
        socket.destroy()
      }
    }
    return new Redis({
      Connector: Given,
      lazyConnect: true,
      protocol: 2,
      disableClientInfo: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      retryStrategy: null,
    })
  }
}
