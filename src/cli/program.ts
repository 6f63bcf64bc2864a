import { Command } from 'commander';
import { VERSION } from '../lib/version.ts';
import type { Io } from './io.ts';
import type { Cli } from './lazily.ts';
import { addQuestionCommands } from './nouns/question.ts';
import { addServerCommands } from './nouns/server.ts';

type AddCommands = (noun: Command, cli: Cli) => void;

/** What each noun is for, and where its verbs are. */
const NOUNS: Record<string, { about: string; load: () => Promise<AddCommands> }> = {
  task: {
    about: 'submit work, follow it, see who did it and why it waits',
    load: async () => (await import('./nouns/task.ts')).addTaskCommands,
  },
  agent: {
    about: 'see who can do tasks, add model servers, take agents out of service',
    load: async () => (await import('./nouns/agent.ts')).addAgentCommands,
  },
  runner: {
    about: "run a runner on this machine, or see the fleet's",
    load: async () => (await import('./nouns/runner.ts')).addRunnerCommands,
  },
  project: {
    about: 'group tasks, agents and keys',
    load: async () => (await import('./nouns/project.ts')).addProjectCommands,
  },
  key: {
    about: 'manage the API keys of people and programs',
    load: async () => (await import('./nouns/key.ts')).addKeyCommands,
  },
  alert: {
    about: 'what an operator has to look at, and whether its receivers can be reached',
    load: async () => (await import('./nouns/alert.ts')).addAlertCommands,
  },
  secrets: {
    about: 'keys that the server keeps sealed',
    load: async () => (await import('./nouns/secrets.ts')).addSecretsCommands,
  },
  db: {
    about: "the server's database",
    load: async () => (await import('./nouns/db.ts')).addDatabaseCommands,
  },
};

const HELP_AFTER = `
Without --server and --key, the server of this folder's data folder (.whoosh) is used.
Exit codes and every option: docs/cli.md`;

/**
 * The command tree: the verbs of the nouns among `words`, and of all nouns without it. `whoosh --help` does not pay for
 * what it does not show. Wrong usage is thrown as CommanderError.
 */
export async function buildProgram(cli: Cli, words: string[] = Object.keys(NOUNS)): Promise<Command> {
  const program = openProgram(cli.io);
  for (const [name, { about, load }] of Object.entries(NOUNS)) {
    const noun = program.command(name).description(about);
    if (words.includes(name)) (await load())(noun, cli);
  }
  addQuestionCommands(program, cli);
  addServerCommands(program, cli);
  return program;
}

const openProgram = (io: Io): Command =>
  new Command('whoosh')
    .description('The control plane for a fleet of AI agents: hand it work, follow it, see who did it.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--server <url>', 'address of the server (WHOOSH_URL)')
    .option('--key <key>', 'API key, whk_... (WHOOSH_API_KEY; on a command line other users can see it)')
    .option('--json', 'print the answer as JSON')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', HELP_AFTER)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput(outputOf(io))
    .showHelpAfterError('hint: add --help to see what this command takes.')
    .showSuggestionAfterError()
    .exitOverride();

const outputOf = ({ stdout, stderr }: Io) => ({
  writeOut: (text: string) => void stdout.write(text),
  writeErr: (text: string) => void stderr.write(text),
  getOutHelpWidth: () => stdout.columns ?? 100,
  getErrHelpWidth: () => stderr.columns ?? 100,
  getOutHasColors: () => false,
  getErrHasColors: () => false,
  outputError: (text: string, write: (text: string) => void) => write(text.replace('\n', ' (usage)\n')),
});
