import { posix } from 'node:path'
import { type Command, EXIT, type Terminal } from './command.ts'
import { EXAMPLE_REQUEST, exampleFiles } from './init/example.ts'

export const init: Command = {
  name: 'init',
  summary: 'Write a small working example into a new folder',
  details: `DIR gets a workflow with two cases, a channel, the schemas that editors use, a README.md, and
.github/workflows/orion.yml, which runs fmt --check, lint, test and plan for every change. The folder is made when
it is missing. One that holds anything but hidden files (such as .git) is refused, and nothing is written.`,
  example: 'orion-server init definitions',
  operands: 'DIR',
  flags: [{ name: '--json', summary: 'Tell it as JSON, for programs' }],
  async run(terminal, { operands: [folder = ''], flags }) {
    const files = exampleFiles().map(({ path, text }) => ({ path: posix.join(folder, path), text }))
    await refuseTaken(
      terminal,
      folder,
      files.map(({ path }) => path),
    )
    for (const { path, text } of files) await terminal.writeFile(path, text)
    const paths = files.map(({ path }) => path)
    terminal.stdout(
      flags.has('--json') ? `${JSON.stringify({ written: paths }, null, 2)}\n` : told(folder, paths),
    )
    return EXIT.done
  },
}

/** Throws when there is something that would be lost, or that would be taken for a part of the example. */
async function refuseTaken(terminal: Terminal, folder: string, paths: readonly string[]): Promise<void> {
  const cannot = `Cannot write an example into "${folder}"`
  if (!(await terminal.isFolder(folder))) {
    if (await isFile(terminal, folder)) throw new Error(`${cannot}: it is a file; name a folder`)
    return
  }
  const [first] = await terminal.readFolder(folder)
  const hidden = await Promise.all(paths.map(async path => ((await isFile(terminal, path)) ? [path] : [])))
  const taken = first === undefined ? hidden.flat()[0] : posix.join(folder, first.path)
  if (taken !== undefined) throw new Error(`${cannot}: there is ${taken}; name a new or an empty folder`)
}

async function isFile(terminal: Terminal, path: string): Promise<boolean> {
  try {
    await terminal.readFile(path)
    return true
  } catch {
    return false
  }
}

function told(folder: string, paths: readonly string[]): string {
  const { path, body } = EXAMPLE_REQUEST
  return `${paths.map(written => `wrote ${written}\n`).join('')}
Next:
  orion-server test ${folder}
  orion-server serve    # in another terminal
  orion-server apply ${folder} --server http://127.0.0.1:8080
  curl -s http://127.0.0.1:8080${path} -H 'content-type: application/json' -d '${body}'
`
}
