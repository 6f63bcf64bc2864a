import type { Command, Option } from 'commander';

export type Word = { word: string; about: string };
/** One place of the command tree: `task submit`, with what may be typed after it. */
export type CommandPath = { path: string; words: Word[]; options: Word[]; values: string[] };

/** Every place of the command tree, the root first with an empty path. */
export function commandPaths(command: Command, path: string[] = []): CommandPath[] {
  const commands = command.createHelp().visibleCommands(command);
  const here = {
    path: path.join(' '),
    words: commands.map((one) => ({ word: one.name(), about: one.description() })),
    options: optionsOf(command),
    values: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  };
  const below = commands.filter((one) => one.name() !== 'help');
  return [here, ...below.flatMap((one) => commandPaths(one, [...path, one.name()]))];
}

function optionsOf(command: Command): Word[] {
  const help = command.createHelp();
  const options: Option[] = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const own = defaultCommand(command);
  return [...options, ...(own ? help.visibleOptions(own) : [])]
    .filter(({ long }, index, all) => long && all.findIndex((other) => other.long === long) === index)
    .map(({ long, description }) => ({ word: long!, about: description }));
}

/** What `whoosh runner --token ...` means takes the options of `whoosh runner run`. */
const defaultCommand = (command: Command): Command | undefined =>
  command.commands.find((one) => one.name() === (command as { _defaultCommandName?: string })._defaultCommandName);
