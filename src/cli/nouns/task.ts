import type { Command } from 'commander';
import { type Cli, lazily } from '../lazily.ts';
import { parseDuration } from '../parse/duration.ts';
import { wholeNumber } from '../parse/whole-number.ts';
import { addSubmitOptions } from './task-submit.ts';

const STATES = 'waiting, queued, leased, running, succeeded, failed, cancelled, expired';

/** `whoosh task ...`: hand in work and see what becomes of it. */
export function addTaskCommands(task: Command, cli: Cli): void {
  addSubmit(task, cli);
  addLists(task, cli);
  addFollowing(task, cli);
  addChanges(task, cli);
  addSteering(task, cli);
  addArtifacts(task, cli);
}

function addSubmit(task: Command, cli: Cli): void {
  const submit = task
    .command('submit')
    .description('hand in a task')
    .argument('[text]', 'the prompt; its first line is the title. With --prompt: the title. With --title: the prompt');
  addSubmitOptions(submit);
  submit.action(lazily(cli, async () => (await import('../commands/task-submit.ts')).submitTask));
}

function addLists(task: Command, cli: Cli): void {
  task
    .command('list')
    .description('list tasks, newest first')
    .option('--project <project>', 'only of this project (slug or id)')
    .option('--state <state>', `only in this state: ${STATES}`)
    .option('--label <key=value>', 'only with this label')
    .option('--parent <id>', 'only sub-tasks of this task')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), 50)
    .action(lazily(cli, async () => (await import('../commands/task-list.ts')).listTasks));
  task
    .command('show')
    .description('show a task with its attempts, artifacts and result')
    .argument('<id>')
    .action(lazily(cli, async () => (await import('../commands/task-show.ts')).showTask));
  task
    .command('why')
    .description('say why a task waits: each agent with its verdict, and what would unblock it')
    .argument('<id>')
    .action(lazily(cli, async () => (await import('../commands/task-why.ts')).whyTask));
}

function addFollowing(task: Command, cli: Cli): void {
  task
    .command('watch')
    .description('follow what happens to a task to its end, then print its result')
    .argument('<id>')
    .option('--wait-timeout <duration>', 'give up after so long (exit 5); the task goes on', parseDuration)
    .action(lazily(cli, async () => (await import('../commands/task-watch.ts')).watchTask));
  task
    .command('logs')
    .description("print a task's log, all attempts one after the other")
    .argument('<id>')
    .option('-f, --follow', 'go on until the task has ended')
    .option('--attempt <epoch>', 'only of this attempt', wholeNumber(1, 2_147_483_647))
    .action(lazily(cli, async () => (await import('../commands/task-logs.ts')).printLog));
  task
    .command('transcript')
    .description('print what a coding agent said and did; with --json one event a line')
    .argument('<id>')
    .option('-f, --follow', 'go on until the task has ended')
    .option('--attempt <epoch>', 'only of this attempt', wholeNumber(1, 2_147_483_647))
    .action(lazily(cli, async () => (await import('../commands/task-transcript.ts')).printTranscript));
}

function addChanges(task: Command, cli: Cli): void {
  task
    .command('cancel')
    .description('cancel a task: at once when nobody works on it, else its agent is told to stop')
    .argument('<id>')
    .action(lazily(cli, async () => (await import('../commands/task-cancel.ts')).cancelTask));
  task
    .command('retry')
    .description('ask for the same work again, as a new task; the old one stays as it ended')
    .argument('<id>')
    .option('--idempotency-key <key>', 'repeating the command with the same key does nothing twice')
    .action(lazily(cli, async () => (await import('../commands/task-retry.ts')).retryTask));
}

function addSteering(task: Command, cli: Cli): void {
  task
    .command('approve')
    .description('let a task go on that waits for approval; to reject it, cancel it')
    .argument('<id>')
    .action(lazily(cli, async () => (await import('../commands/task-approve.ts')).approveTask));
  task
    .command('continue')
    .description(
      'go on where a task has ended, with a new task: same agent, workspace and session where it can resume one',
    )
    .argument('<id>')
    .argument('<prompt>', 'what to do next; its first line is the title; "-" reads standard input, "@FILE" a file')
    .option('--title <text>', 'one line, at most 200 characters')
    .option('--wait', 'follow the log to the end, then print the result; exit 4 when it did not succeed')
    .option('--wait-timeout <duration>', 'with --wait: give up after so long (exit 5); the task goes on', parseDuration)
    .option('--idempotency-key <key>', 'repeating the command with the same key does nothing twice')
    .action(lazily(cli, async () => (await import('../commands/task-continue.ts')).continueTask));
  task
    .command('send')
    .description(
      'say something to a task: to the agent that works on it if it can listen, else to its next turn or attempt',
    )
    .argument('<id>')
    .argument('<text>', '"-" reads standard input, "@FILE" a file')
    .action(lazily(cli, async () => (await import('../commands/task-send.ts')).sendMessage));
}

function addArtifacts(task: Command, cli: Cli): void {
  task
    .command('artifacts')
    .description('list the files that a task left behind')
    .argument('<id>')
    .action(lazily(cli, async () => (await import('../commands/task-artifacts.ts')).listArtifacts));
  task
    .command('download')
    .description('write a file that a task left behind to a file here, or to standard output with "-"')
    .argument('<id>')
    .argument('<name>', 'name or id of the artifact; of several with one name, the newest')
    .option('-o, --output <file>', 'where to; default: the name, in this folder; an existing file is not replaced')
    .action(lazily(cli, async () => (await import('../commands/task-download.ts')).downloadArtifact));
}
