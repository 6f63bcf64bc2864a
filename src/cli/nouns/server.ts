import { Argument, type Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';

/** `whoosh serve`, `config`, `doctor` and `completion`: the server itself, and this machine. */
export function addServerCommands(program: Command, cli: Cli): void {
  program
    .command('serve')
    .description('run the server, in standalone mode with its own PostgreSQL and a local runner')
    .action(lazily(cli, async () => (await import('../commands/serve.ts')).serve));
  program
    .command('config')
    .description("print this server's settings: variable, value, where it comes from, what it may be")
    .action(lazily(cli, async () => (await import('../commands/config.ts')).printConfig));
  program
    .command('doctor')
    .description('check everything that a support person would ask for; exit 1 when something must be mended')
    .action(lazily(cli, async () => (await import('../commands/doctor.ts')).doctor));
  program
    .command('completion')
    .description('print a completion script for a shell, with how to install it')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(lazily(cli, async () => (await import('../commands/completion.ts')).printCompletion));
}
