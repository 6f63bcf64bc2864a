import type { Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';
import { wholeNumber } from '../parse/whole-number.ts';

/** `whoosh project ...`: what groups tasks, agents and keys. */
export function addProjectCommands(project: Command, cli: Cli): void {
  project
    .command('create')
    .description('create a project')
    .argument('<slug>', 'a-z, 0-9 and inner hyphens, at most 63')
    .option('--name <name>', 'for people; default: the slug')
    .option('--weight <number>', 'its share of the fleet, 1 to 100; default 1', wholeNumber(1, 100))
    .option('--max-unfinished-tasks <number>', 'more are refused; default 10000', wholeNumber(1, 2_000_000_000))
    .action(lazily(cli, async () => (await import('../commands/project-create.ts')).createProject));
  project
    .command('update')
    .description('change a project: what is not given stays')
    .argument('<project>', 'slug or id')
    .option('--name <name>', 'for people')
    .option('--weight <number>', 'its share of the fleet, 1 to 100', wholeNumber(1, 100))
    .option('--max-unfinished-tasks <number>', 'more are refused', wholeNumber(1, 2_000_000_000))
    .option('--require-approval', 'every task from now on waits until somebody approves it')
    .option('--no-require-approval', 'tasks from now on need no approval')
    .option('--permission-rules <json>', 'what agents may do without asking; "-" reads standard input, "@FILE" a file')
    .action(lazily(cli, async () => (await import('../commands/project-update.ts')).updateProject));
  project
    .command('list')
    .description('list projects')
    .action(lazily(cli, async () => (await import('../commands/project-list.ts')).listProjects));
}
