import type { Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';

const AGENT = 'id, or the name when only one agent has it; "runner/name" when several do';

/** `whoosh agent ...`: who can do tasks. */
export function addAgentCommands(agent: Command, cli: Cli): void {
  agent
    .command('list')
    .description('list agents with their slots and, when not ready, the reason')
    .option('--project <project>', 'only agents that may serve this project (slug or id)')
    .action(lazily(cli, async () => (await import('../commands/agent-list.ts')).listAgents));
  agent
    .command('show')
    .description('show an agent')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-show.ts')).showAgent));
  agent
    .command('drain')
    .description('let an agent finish what it runs and give it nothing more')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-drain.ts')).drainAgent));
  agent
    .command('resume')
    .description('give an agent work again')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-resume.ts')).resumeAgent));
  agent
    .command('remove')
    .description('remove an agent whose runner is offline')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-remove.ts')).removeAgent));
}
