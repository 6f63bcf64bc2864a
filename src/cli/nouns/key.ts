import type { Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';
import { parseDuration } from '../parse/duration.ts';

/** `whoosh key ...`: credentials of people and programs. */
export function addKeyCommands(key: Command, cli: Cli): void {
  key
    .command('create')
    .description('create a key and print its secret, which is shown this once')
    .argument('<name>', 'what or whom it is for')
    .requiredOption('--role <role>', 'what it may do: admin, developer or viewer')
    .option('--project <project>', 'only in this project (slug or id); default: the project of your key, else all')
    .option('--ttl <duration>', 'how long it is valid, such as 90d; default: for ever', parseDuration)
    .option('--database', 'write it into the database of DATABASE_URL: the first key of a production server')
    .action(lazily(cli, async () => (await import('../commands/key-create.ts')).createKey));
  key
    .command('list')
    .description('list keys, newest first')
    .action(lazily(cli, async () => (await import('../commands/key-list.ts')).listKeys));
  key
    .command('rotate')
    .description('give a key a new secret; the one before stays valid for 24 hours')
    .argument('<id>')
    .action(lazily(cli, async () => (await import('../commands/key-rotate.ts')).rotateKey));
  key
    .command('revoke')
    .description('revoke a key, at once and for good')
    .argument('<id>')
    .action(lazily(cli, async () => (await import('../commands/key-revoke.ts')).revokeKey));
}
