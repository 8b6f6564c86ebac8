const SYSTEM_FOLDERS = '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin'

/** Where a program is; servers lie in folders that the PATH of an ordinary user lacks. */
export function findProgram(name: string): string | undefined {
  return Bun.which(name, { PATH: wholePath() }) ?? undefined
}

/** Runs a command to its end; throws with what it wrote when it fails. */
export async function run(command: readonly string[], cwd: string): Promise<void> {
  const child = Bun.spawn([...command], {
    cwd,
    env: { ...process.env, PATH: wholePath(), DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  if (code !== 0) throw new Error(`"${command.join(' ')}" failed with exit code ${code}:\n${out}${err}`)
}

function wholePath(): string {
  return `${process.env.PATH ?? ''}:${SYSTEM_FOLDERS}`
}
