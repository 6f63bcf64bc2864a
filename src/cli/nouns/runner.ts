import type { Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';
import { parseDuration } from '../parse/duration.ts';

/** `whoosh runner ...`: the process on an agent's machine. */
export function addRunnerCommands(runner: Command, cli: Cli): void {
  addRun(runner, cli);
  runner
    .command('init')
    .description('write agents.yaml, offering the coding CLIs found here; nothing is switched on by itself')
    .option('--folder <folder>', "the runner's folder; default ~/.whoosh-runner")
    .option('--agents <file>', 'where to write it; default: agents.yaml in the folder')
    .action(lazily(cli, async () => (await import('../commands/runner-init.ts')).initRunner));
  runner
    .command('enrol')
    .description('create a token for a new runner and print the command to type on its machine')
    .option('--project <project>', 'the runner serves this project only (slug or id); default: every project')
    .option('--ttl <duration>', 'how long the token may be used, 1m to 24h; default 1h', parseDuration)
    .action(lazily(cli, async () => (await import('../commands/runner-enrol.ts')).enrolRunner));
  runner
    .command('list')
    .description('list runners')
    .action(lazily(cli, async () => (await import('../commands/runner-list.ts')).listRunners));
  runner
    .command('remove')
    .description('remove a runner with its credential and its agents')
    .argument('<runner>', 'id, or the name when only one runner has it')
    .action(lazily(cli, async () => (await import('../commands/runner-remove.ts')).removeRunner));
}

function addRun(runner: Command, cli: Cli): void {
  runner
    .command('run', { isDefault: true })
    .description('run a runner until SIGINT or SIGTERM; "whoosh runner --server ..." is the same')
    .option('--token <token>', 'enrolment token, whe_... (WHOOSH_ENROLMENT_TOKEN); needed once')
    .option('--name <name>', 'name of this runner; default: the name of the machine')
    .option('--folder <folder>', 'credential, outbox and repositories; default ~/.whoosh-runner')
    .option('--agents <file>', 'which agents there are; default: agents.yaml in the folder')
    .action(lazily(cli, async () => (await import('../commands/runner-run.ts')).runRunner));
}
