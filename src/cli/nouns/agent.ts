import { Argument, type Command, Option } from 'commander';
import { type Cli, lazily } from '../lazily.ts';
import { parseLabel } from '../parse/label.ts';
import { parsePrice } from '../parse/price.ts';
import { wholeNumber } from '../parse/whole-number.ts';
import { parseWords } from '../parse/words.ts';

const AGENT = 'id, or the name when only one agent has it; "runner/name" when several do';
const KEY_FILE = 'file with the key it is called with; "-" reads standard input';

/** `whoosh agent ...`: who can do tasks. */
export function addAgentCommands(agent: Command, cli: Cli): void {
  addLooks(agent, cli);
  addModelServers(agent, cli);
  addMoves(agent, cli);
}

function addLooks(agent: Command, cli: Cli): void {
  agent
    .command('list')
    .description('list agents with their slots and, when they get no work, the reason')
    .option('--project <project>', 'only agents that may serve this project (slug or id)')
    .action(lazily(cli, async () => (await import('../commands/agent-list.ts')).listAgents));
  agent
    .command('show')
    .description('show an agent')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-show.ts')).showAgent));
  agent
    .command('models')
    .description('list the models of a model server')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-models.ts')).showModels));
}

function addModelServers(agent: Command, cli: Cli): void {
  const add = agent
    .command('add')
    .description('add a model server, and approve it when your key may')
    .addArgument(
      new Argument('<kind>', 'ollama, or openai: any server that speaks its API').choices(['ollama', 'openai']),
    )
    .requiredOption('--url <url>', 'where it is, such as http://127.0.0.1:11434')
    .requiredOption('--name <name>', 'how it is called here')
    .option('--project <project>', 'it serves this project only; default: the project of your key, else every project')
    .option('--no-approve', 'leave it pending: nothing is contacted before somebody approves it');
  addEndpointOptions(add)
    .option('--key-file <file>', KEY_FILE)
    .action(lazily(cli, async () => (await import('../commands/agent-add.ts')).addAgent));
  agent
    .command('approve')
    .description('let a model server be contacted, and given work')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-approve.ts')).approveAgent));
  agent
    .command('probe')
    .description('ask a model server now what it has; it is asked every 30 seconds anyway')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-probe.ts')).probeAgent));
  const update = agent
    .command('update')
    .description('change a model server; another address takes another approval, and the key again')
    .argument('<agent>', AGENT)
    .option('--name <name>', 'another name')
    .option('--url <url>', 'another address');
  addEndpointOptions(update)
    .addOption(new Option('--key-file <file>', KEY_FILE).conflicts('forgetKey'))
    .option('--forget-key', 'call it without a key')
    .action(lazily(cli, async () => (await import('../commands/agent-update.ts')).updateAgent));
}

const addEndpointOptions = (command: Command): Command =>
  command
    .option('--max-concurrent <number>', 'calls at once; default 1 for ollama, 4 for openai', wholeNumber(1, 1000))
    .option('--capability <words>', 'beside what its models can do; with commas or repeated', parseWords)
    .option('--label <key=value>', 'a label that tasks may ask for; may be repeated', parseLabel)
    .option('--price <model=in/out>', 'US dollars for a million tokens; may be repeated', parsePrice);

function addMoves(agent: Command, cli: Cli): void {
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
    .command('unpark')
    .description('give all agents of its account work again before its limit is lifted')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-unpark.ts')).unparkAgent));
  agent
    .command('remove')
    .description('remove a model server, or an agent whose runner is offline')
    .argument('<agent>', AGENT)
    .action(lazily(cli, async () => (await import('../commands/agent-remove.ts')).removeAgent));
}
