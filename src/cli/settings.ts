import { loadConfig } from '../config/load.ts'
import { type ConfigProblem, problemLine } from '../config/problem.ts'
import type { Config } from '../config/schema.ts'
import type { Invocation, Terminal } from './command.ts'

const NO_FILE = 'Note: no config file specified (-c <path>). Using defaults + ORION_* env overrides.\n'

interface Settings {
  config: Config
  warnings: readonly string[]
}

/** The configuration that a command runs with, with a note when no file is named; throws with every mistake in it. */
export function loadSettings(terminal: Terminal, invocation: Invocation): Promise<Settings> {
  if (invocation.configPath === undefined) terminal.stderr(NO_FILE)
  return readSettings(terminal, invocation)
}

/** The same without the note, for commands to which the configuration hardly matters. */
export async function readSettings(terminal: Terminal, { configPath }: Invocation): Promise<Settings> {
  const file = configPath === undefined ? undefined : await readConfigFile(terminal, configPath)
  const loaded = loadConfig({ file, env: terminal.env })
  if ('problems' in loaded) throw new Error(`Configuration error: ${problemsText(loaded.problems)}`)
  return loaded
}

async function readConfigFile(terminal: Terminal, path: string): Promise<{ path: string; text: string }> {
  try {
    return { path, text: withoutMark(await terminal.readFile(path)) }
  } catch (cause) {
    throw new Error(`Configuration error: Failed to read config file '${path}'`, { cause })
  }
}

/** Editors may mark a file as UTF-8; the mark is none of its text. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function problemsText(problems: readonly ConfigProblem[]): string {
  const [first, ...others] = problems
  if (first !== undefined && others.length === 0) return problemLine(first)
  return `${problems.length} mistakes${problems.map(problem => `\n  ${problemLine(problem)}`).join('')}`
}
