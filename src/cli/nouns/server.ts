import { Argument, type Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';

/** `whoosh serve`, `config`, `doctor`, `backup`, `restore` and `completion`: the server itself, and this machine. */
export function addServerCommands(program: Command, cli: Cli): void {
  program
    .command('serve')
    .description(
      'run the server by the settings of its environment; without any, alone with a PostgreSQL and a runner of its own',
    )
    .action(lazily(cli, async () => (await import('../commands/serve.ts')).serve));
  program
    .command('config')
    .description("print this server's settings: variable, value, where it comes from, what it may be")
    .action(lazily(cli, async () => (await import('../commands/config.ts')).printConfig));
  program
    .command('doctor')
    .description('check everything that a support person would ask for; exit 1 when something must be mended')
    .option('--production', "instead: what this environment's server still lacks for production")
    .action(lazily(cli, async () => (await import('../commands/doctor.ts')).doctor));
  addBackUpCommands(program, cli);
  program
    .command('completion')
    .description('print a completion script for a shell, with how to install it')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(lazily(cli, async () => (await import('../commands/completion.ts')).printCompletion));
}

function addBackUpCommands(program: Command, cli: Cli): void {
  program
    .command('backup')
    .description('back the database up into one file, as it is at this moment; servers go on')
    .argument('[file]', 'a new file, or a folder for one that is named after the moment', '.')
    .action(lazily(cli, async () => (await import('../commands/backup.ts')).writeBackUp));
  program
    .command('restore')
    .description('make the database what a back-up holds; what ran then is queued again')
    .argument('<file>', 'what `whoosh backup` wrote')
    .option('--force', 'replace what is in the database')
    .option('--disconnect', 'end the connections of servers that still run')
    .action(lazily(cli, async () => (await import('../commands/restore.ts')).restoreBackUp));
}
