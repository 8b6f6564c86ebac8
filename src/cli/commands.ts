import { apply } from './apply.ts'
import type { Command } from './command.ts'
import { dryRunCommand } from './dry-run.ts'
import { exportCommand } from './export.ts'
import { fmt } from './fmt.ts'
import { init } from './init.ts'
import { lint } from './lint.ts'
import { migrate } from './migrate.ts'
import { plan } from './plan.ts'
import { schema } from './schema.ts'
import { secrets } from './secrets.ts'
import { serve } from './serve.ts'
import { test } from './test.ts'
import { testConnectivity } from './test-connectivity.ts'
import { validateConfig } from './validate-config.ts'

/** What runs when no command is named comes first. */
export const COMMANDS: readonly [Command, ...Command[]] = [
  serve,
  validateConfig,
  init,
  fmt,
  lint,
  test,
  plan,
  apply,
  exportCommand,
  schema,
  dryRunCommand,
  migrate,
  testConnectivity,
  secrets,
]
