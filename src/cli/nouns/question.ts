import type { Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';
import { parseChoices } from '../parse/choice.ts';
import { parseDuration } from '../parse/duration.ts';
import { wholeNumber } from '../parse/whole-number.ts';

/** `whoosh inbox`, `answer`, `ask` and `progress`: what running work asks people, and tells them. */
export function addQuestionCommands(program: Command, cli: Cli): void {
  addForPeople(program, cli);
  addForAttempts(program, cli);
}

function addForPeople(program: Command, cli: Cli): void {
  program
    .command('inbox')
    .description('list what running work asks, the longest waiting first, and how to answer')
    .option('--project <project>', 'only of this project (slug or id)')
    .option('--task <id>', 'only of this task')
    .action(lazily(cli, async () => (await import('../commands/inbox.ts')).showInbox));
  program
    .command('answer')
    .description('answer a question with one of its options, or in your own words where it takes them')
    .argument('<question>', 'its id, or the first or last characters of it that no other pending question has')
    .argument('[answer...]', 'id or name of an option, or a text; "-" reads standard input')
    .option('--dismiss', 'there will be no answer: whoever asked is told so')
    .action(lazily(cli, async () => (await import('../commands/answer.ts')).answerQuestion));
}

function addForAttempts(program: Command, cli: Cli): void {
  program
    .command('ask')
    .description('inside an attempt: ask a person, wait, and print the answer: the id of the option, or the text')
    .argument('<question>', 'one line, at most 500 characters')
    .option('--option <id[=name]>', 'one of the answers to choose from; may be repeated', parseChoices)
    .option('--text', 'take an answer in own words beside the options')
    .option('--detail <text>', 'what one must know to answer; "-" reads standard input, "@FILE" a file')
    .option('--default <answer>', 'the answer when nobody gives one within --expires: id of an option, or a text')
    .option('--expires <duration>', 'how long it may wait, such as 10m; default: for ever', parseDuration)
    .option('--key <key>', 'asked again with this key it is the same question; default: made of the rest')
    .action(lazily(cli, async () => (await import('../commands/ask.ts')).ask));
  program
    .command('progress')
    .description('inside an attempt: say how far it is')
    .argument('<percent>', '0 to 100', wholeNumber(0, 100))
    .argument('[text]', 'a sentence')
    .action(lazily(cli, async () => (await import('../commands/progress.ts')).reportProgress));
}
