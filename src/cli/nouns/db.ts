import type { Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';

/** `whoosh db ...`: the server's database. */
export function addDatabaseCommands(db: Command, cli: Cli): void {
  db.command('migrate')
    .description('bring the schema to this version; serve does the same at its start')
    .action(lazily(cli, async () => (await import('../commands/db-migrate.ts')).migrateDatabase));
  db.command('status')
    .description('show which migrations are applied and which are pending (exit 1)')
    .action(lazily(cli, async () => (await import('../commands/db-status.ts')).showDatabaseStatus));
}
