import { Readable } from 'node:stream';
import type { Command, Option } from 'commander';
import { EXIT_CODES } from '../src/cli/exit-codes.ts';
import { buildProgram } from '../src/cli/program.ts';
import { markdownTable } from './markdown-table.ts';

const INTRODUCTION = `# CLI

\`\`\`sh
npx whoosh task submit "echo hello from $(hostname)" --needs shell --wait
npx whoosh task list
npx whoosh task why ID        # why it waits: each agent with its verdict
\`\`\`

\`whoosh --help\`, and \`--help\` after any command, shows the same as this page. In a checkout write \`npx whoosh\`.

- **Which server**: \`--server\` and \`--key\`, else \`WHOOSH_URL\` and \`WHOOSH_API_KEY\`, else the server that runs on the
  data folder (\`WHOOSH_DATA_DIR\`, default \`./.whoosh\`) with its admin key. That key is sent to no other server.
- **Output**: what was asked for goes to standard output, progress and errors to standard error. Colours and the
  status line appear on a terminal only. \`--json\` prints the API's answer; logs and events one JSON value a line.
- **Errors**: one line, \`error: <what> (<code>)\`, with a code of [this list](errors.md), and a hint.
- **Values**: durations need a unit (\`500ms\`, \`30s\`, \`5m\`, \`1h30m\`, \`2d\`); times are \`2026-01-31T18:00:00Z\` or \`+2h\` from
  now; \`@FILE\` reads a file and \`-\` standard input where an option says so (\`@@\` is a plain \`@\`).
- **Completion**: \`whoosh completion bash\` (or zsh, fish) prints a script that says how to install it.

## Exit codes

`;

/** docs/cli.md, from the command tree. */
export async function cliPage(): Promise<string> {
  const io = { stdin: Readable.from([]), stdout: process.stdout, stderr: process.stderr, env: {}, cwd: '.' };
  const program = await buildProgram({ io, leave: () => {} });
  const codes = Object.values(EXIT_CODES).map(([code, meaning]) => [String(code), meaning]);
  return [
    INTRODUCTION + markdownTable(['exit', 'meaning'], codes),
    `## Options of every command\n\n${optionTable(program)}`,
    ...program.commands.map(sectionOf),
    'Generated from the commands in `src/cli/`. Next: [the same from a program](sdk.md).\n',
  ].join('\n');
}

function sectionOf(noun: Command): string {
  const title = `## whoosh ${noun.name()}\n\n`;
  if (!noun.commands.length) return title + usageText([noun.name()], noun);
  const verbs = noun.commands.map(
    (verb) => `### ${noun.name()} ${verb.name()}\n\n${usageText([noun.name(), verb.name()], verb)}`,
  );
  return `${title}${sentence(noun.description())}\n\n${verbs.join('\n')}`;
}

function usageText(path: string[], command: Command): string {
  const args = command.registeredArguments;
  const words = [...path, ...args.map((arg) => (arg.required ? `<${arg.name()}>` : `[${arg.name()}]`))];
  const about = `\`whoosh ${words.join(' ')}\`: ${command.description()}.\n`;
  const notes = args.flatMap((arg) => (arg.description ? `\`${arg.name()}\`: ${arg.description}.\n` : []));
  return [about, ...notes, optionTable(command)].filter(Boolean).join('\n');
}

function optionTable(command: Command): string {
  const shown = command.options.filter(({ hidden }) => !hidden);
  return shown.length ? markdownTable(['option', 'meaning'], shown.map(optionRow)) : '';
}

const optionRow = (option: Option): string[] => [
  `\`${option.flags}\``,
  option.description +
    (option.mandatory ? ' (required)' : '') +
    (option.defaultValue === undefined ? '' : ` (default ${option.defaultValue})`),
];

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
