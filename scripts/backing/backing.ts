export const BACKING_NAMES = ['postgres', 'mariadb', 'redis'] as const
export type BackingName = (typeof BACKING_NAMES)[number]

/** Where one instance of a service lives. */
export interface Place {
  /** A folder of its own, absolute, that belongs to whom the service runs as. */
  readonly folder: string
  readonly port: number
  /** Where TLS is spoken, for a service that does not speak it on its first port. */
  readonly tlsPort: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** A certificate for localhost and 127.0.0.1 that signs itself, and its key. */
  readonly certificate: string
  readonly key: string
}

/** A service that tests need behind Orion, as a program of this machine. */
export interface Backing {
  readonly name: BackingName
  readonly title: string
  /** Debian packages that bring it. */
  readonly packages: readonly string[]
  /** The environment variable by which a tester points at a service of their own. */
  readonly urlVariable: string
  /** Who runs it when root asks; everybody else runs it as themselves. */
  readonly systemUser: string
  readonly databaseUser: string
  readonly database: string
  readonly scheme: string
  /** Its server program on this machine, absolute. */
  find(): string | undefined
  /** Commands that fill the folder, once. */
  prepare(program: string, place: Place): Promise<readonly (readonly string[])[]>
  /** The command that runs it in the foreground. */
  command(program: string, place: Place): readonly string[]
  isReady(program: string, place: Place): Promise<boolean>
  /** Ends it soon and in order, whoever is connected. */
  readonly stopSignal: NodeJS.Signals
}
