import { nearestName } from '../std/nearest-name.ts'
import type { Command, Flag, Invocation } from './command.ts'

/** What a command line asks for. */
export type Request =
  | { kind: 'run'; command: Command; invocation: Invocation }
  | { kind: 'help'; command: Command | undefined }
  | { kind: 'version'; long: boolean }
  | { kind: 'misused'; reason: string; command: Command | undefined }

class Misuse extends Error {}

const GLOBAL_OPTIONS = ['--config', '--help', '--version']

/** `[-c FILE] [COMMAND] [FLAGS]` in any order; `help [COMMAND]`, `-h` and `-V` answer at once. */
export function readArguments(argv: readonly string[], commands: readonly [Command, ...Command[]]): Request {
  const reader = new ArgumentReader(argv, commands)
  try {
    return reader.read()
  } catch (error) {
    if (!(error instanceof Misuse)) throw error
    return { kind: 'misused', reason: error.message, command: reader.command }
  }
}

class ArgumentReader {
  command: Command | undefined
  readonly #argv: readonly string[]
  readonly #commands: readonly [Command, ...Command[]]
  readonly #flags = new Set<string>()
  readonly #values = new Map<string, string>()
  readonly #operands: string[] = []
  #configPath: string | undefined
  #next = 0

  constructor(argv: readonly string[], commands: readonly [Command, ...Command[]]) {
    this.#argv = argv
    this.#commands = commands
  }

  read(): Request {
    for (let word = this.#take(); word !== undefined; word = this.#take()) {
      if (word === '-h' || word === '--help') return { kind: 'help', command: this.command }
      if (word === '-V' || word === '--version') return { kind: 'version', long: word === '--version' }
      if (word === 'help' && this.command === undefined) return this.#help()
      this.#word(word)
    }
    const command = this.command ?? this.#commands[0]
    this.#check(command)
    const invocation = {
      configPath: this.#configPath,
      flags: this.#flags,
      values: this.#values,
      operands: this.#operands,
    }
    return { kind: 'run', command, invocation }
  }

  #take(): string | undefined {
    return this.#argv[this.#next++]
  }

  #word(word: string): void {
    const config = /^(?:-c|--config)(?:=(.*))?$/s.exec(word) ?? /^-c(.+)$/s.exec(word)
    if (config !== null) this.#config(word, config[1])
    else if (word.startsWith('-') && word !== '-') this.#flag(word)
    else if (this.command === undefined) this.command = this.#named(word)
    else if (this.#operands.length < mostOperands(this.command)) this.#operands.push(word)
    else
      throw new Misuse(`unexpected argument ${JSON.stringify(word)} after the command "${this.command.name}"`)
  }

  #config(word: string, attached: string | undefined): void {
    const path = attached ?? this.#take()
    if (path === undefined || path === '')
      throw new Misuse(`"${word}" needs the path of a file: -c orion.toml`)
    if (this.#configPath !== undefined)
      throw new Misuse('-c is given twice; there can be one configuration file')
    this.#configPath = path
  }

  #help(): Request {
    const topic = this.#take()
    return { kind: 'help', command: topic === undefined ? undefined : this.#named(topic) }
  }

  #named(name: string): Command {
    const command = this.#commands.find(known => known.name === name)
    if (command !== undefined) return command
    const names = [...this.#commands.map(known => known.name), 'help']
    throw new Misuse(`unknown command ${JSON.stringify(name)}; ${meant(name, names)}`)
  }

  /** A flag may stand before its command; one that no command has is told at once, before what follows it. */
  #flag(word: string): void {
    const equals = word.indexOf('=')
    const written = equals < 0 ? word : word.slice(0, equals)
    const flag = this.#known().find(known => known.name === written || known.short === written)
    if (flag === undefined || (equals >= 0 && flag.value === undefined)) {
      throw this.#unknownOption(word, this.command ?? this.#commands[0])
    }
    if (flag.value === undefined) {
      this.#flags.add(flag.name)
      return
    }
    const value = equals < 0 ? this.#take() : word.slice(equals + 1)
    if (value === undefined || value === '') throw new Misuse(`"${written}" needs a value: ${usage(flag)}`)
    if (this.#values.has(flag.name)) throw new Misuse(`"${flag.name}" is given twice`)
    if (flag.choices !== undefined && !flag.choices.includes(value)) {
      throw new Misuse(
        `${JSON.stringify(value)} is no value of "${flag.name}"; it must be ${flag.choices.join(' or ')}`,
      )
    }
    this.#values.set(flag.name, value)
  }

  #known(): readonly Flag[] {
    const own = this.command?.flags ?? []
    return [...own, ...this.#commands.flatMap(command => command.flags)]
  }

  #check(command: Command): void {
    for (const name of [...this.#flags, ...this.#values.keys()]) {
      const flag = command.flags.find(known => known.name === name)
      if (flag === undefined) throw this.#unknownOption(name, command)
      if (flag.needs !== undefined && !this.#flags.has(flag.needs)) {
        throw new Misuse(`"${name}" makes sense with "${flag.needs}" only`)
      }
    }
    const missing = command.flags.find(({ name, required }) => required && !this.#values.has(name))
    if (missing !== undefined) throw new Misuse(`"${command.name}" needs ${usage(missing)}`)
    if (command.operands?.startsWith('[') === false && this.#operands.length === 0) {
      throw new Misuse(`"${command.name}" needs ${command.operands}`)
    }
  }

  #unknownOption(name: string, command: Command): Misuse {
    const names = [...command.flags.map(known => known.name), ...GLOBAL_OPTIONS]
    return new Misuse(`unknown option ${JSON.stringify(name)} of "${command.name}"; ${meant(name, names)}`)
  }
}

/** `-w, --workflow FILE` as it is written on a command line. */
export function usage({ name, short, value }: Flag): string {
  const names = short === undefined ? name : `${short}, ${name}`
  return value === undefined ? names : `${names} ${value}`
}

/** `DIR` takes one, `DIR [NAME]` two, `FILE...` any number. */
function mostOperands({ operands = '' }: Command): number {
  if (operands.endsWith('...')) return Number.POSITIVE_INFINITY
  return operands === '' ? 0 : operands.split(' ').length
}

function meant(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`
}
