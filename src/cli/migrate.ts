import { applyMigrations, pendingMigrations } from '../storage/migrate.ts'
import { type Command, EXIT } from './command.ts'
import { loadSettings } from './settings.ts'

export const migrate: Command = {
  name: 'migrate',
  summary: 'Bring the database up to date',
  details: `Applies the migrations that the database lacks and creates it when it is missing. The server does the same when
it starts; this command is for doing it beforehand. With --dry-run it lists them and leaves the file untouched.`,
  example: 'orion-server -c orion.toml migrate --dry-run',
  flags: [
    { name: '--dry-run', summary: 'List what is pending; write nothing' },
    { name: '--exit-code', summary: 'With --dry-run: exit 3 when something is pending', needs: '--dry-run' },
  ],
  async run(terminal, invocation) {
    const { config } = await loadSettings(terminal, invocation)
    const url = config.storage.url.reveal()
    const pending = pendingMigrations(url)
    if (pending.length === 0) {
      terminal.stdout('No pending migrations.\n')
      return EXIT.done
    }
    if (invocation.flags.has('--dry-run')) {
      const lines = pending.map(({ version, description }) => `  ${version} — ${description}\n`)
      terminal.stdout(`Pending migrations (${pending.length}):\n${lines.join('')}`)
      return invocation.flags.has('--exit-code') ? EXIT.differences : EXIT.done
    }
    terminal.stdout(`Applying ${pending.length} migration(s)...\n`)
    applyMigrations({ url, busyTimeoutMs: config.storage.busy_timeout_ms, clock: terminal.clock })
    terminal.stdout('Migrations applied successfully.\n')
    return EXIT.done
  },
}
