import type { Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';

/** `whoosh secrets ...`: what the server keeps sealed. */
export function addSecretsCommands(secrets: Command, cli: Cli): void {
  secrets
    .command('rotate')
    .description('seal everything with SECRETS_KEY alone, in the database of DATABASE_URL, beside running replicas')
    .action(lazily(cli, async () => (await import('../commands/secrets-rotate.ts')).rotateSecrets));
}
