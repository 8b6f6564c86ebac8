import type { Command } from './command.ts'
import { dryRunCommand } from './dry-run.ts'
import { lint } from './lint.ts'
import { migrate } from './migrate.ts'
import { secrets } from './secrets.ts'
import { serve } from './serve.ts'
import { validateConfig } from './validate-config.ts'

/** What runs when no command is named comes first. */
export const COMMANDS: readonly [Command, ...Command[]] = [
  serve,
  validateConfig,
  lint,
  dryRunCommand,
  migrate,
  secrets,
]
