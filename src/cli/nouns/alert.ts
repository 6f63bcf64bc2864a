import { type Command, Option } from 'commander';
import { type Cli, lazily } from '../lazily.ts';

const ID = 'its id, or the first or last characters of it that no other unresolved alert has';
const STATES = ['unresolved', 'open', 'acknowledged', 'resolved', 'all'];

/** `whoosh alert ...`: what an operator has to look at. */
export function addAlertCommands(alert: Command, cli: Cli): void {
  alert
    .command('list')
    .description('list alerts, newest first')
    .addOption(new Option('--state <state>', 'default: unresolved, which is open or acknowledged').choices(STATES))
    .option('--project <project>', 'only of this project (slug or id)')
    .option('--rule <rule>', 'only of this rule, such as WhooshAgentDown')
    .action(lazily(cli, async () => (await import('../commands/alert-list.ts')).listAlerts));
  alert
    .command('show')
    .description('show an alert, whom it was told to, and where to read what to do')
    .argument('<alert>', ID)
    .action(lazily(cli, async () => (await import('../commands/alert-show.ts')).showAlert));
  alert
    .command('acknowledge')
    .description('say that somebody looks after it')
    .argument('<alert>', ID)
    .action(lazily(cli, async () => (await import('../commands/alert-acknowledge.ts')).acknowledgeAlert));
  alert
    .command('resolve')
    .description('end it; while its condition holds it opens again')
    .argument('<alert>', ID)
    .action(lazily(cli, async () => (await import('../commands/alert-resolve.ts')).resolveAlert));
  alert
    .command('test')
    .description('send a test by every notifier and print what each receiver answered; exit 1 when one was not told')
    .action(lazily(cli, async () => (await import('../commands/alert-test.ts')).testNotifiers));
}
