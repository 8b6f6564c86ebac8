import type { TcpProxy } from '../harness/tcp-proxy.ts'
import type { RunningSystem } from './far-system.ts'

/** Something that goes wrong between a connector and its far side, until it is mended. */
export interface Fault {
  readonly name: string
  begin(proxy: TcpProxy, system: RunningSystem): Promise<void>
  end(proxy: TcpProxy, system: RunningSystem): Promise<void>
  /** Whether it is told at once, long before the deadline. */
  readonly isTold: boolean
}

const mended = (proxy: TcpProxy) => proxy.set('pass')

export const FAULTS: readonly Fault[] = [
  { name: 'that refuses', begin: proxy => proxy.set('refuse'), end: mended, isTold: true },
  { name: 'that hangs', begin: proxy => proxy.set('hang'), end: mended, isTold: false },
  {
    name: 'that is reset in the middle of its answers',
    begin: proxy => proxy.set({ resetAfter: 3 }),
    end: mended,
    isTold: true,
  },
  {
    name: 'whose answers drip',
    begin: proxy => proxy.set({ drip: 1, everyMs: 200 }),
    end: mended,
    isTold: false,
  },
  { name: 'that talks garbage', begin: proxy => proxy.set('garbage'), end: mended, isTold: false },
  {
    name: 'that is stopped and started again',
    begin: (_proxy, system) => system.stop(),
    end: (_proxy, system) => system.start(),
    isTold: true,
  },
]
