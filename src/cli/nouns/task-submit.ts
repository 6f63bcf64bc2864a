import type { Command } from 'commander';
import { decimal } from '../parse/decimal.ts';
import { parseDependencies } from '../parse/dependency.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseInstant } from '../parse/instant.ts';
import { parseLabel } from '../parse/label.ts';
import { parseLabelRule } from '../parse/label-rule.ts';
import { wholeNumber } from '../parse/whole-number.ts';
import { parseWords } from '../parse/words.ts';
import { parseWorkspace } from '../parse/workspace.ts';

/** The options of `whoosh task submit`. */
export function addSubmitOptions(submit: Command): void {
  addContent(submit);
  addModel(submit);
  addNeeds(submit);
  addPlace(submit);
  addLimits(submit);
  addWaiting(submit);
}

function addContent(submit: Command): void {
  submit
    .optionsGroup('What to do:')
    .option('--title <text>', 'one line, at most 200 characters')
    .option('--prompt <text>', 'what the agent is told; "-" reads standard input, "@FILE" a file')
    .option('--input <json>', 'data for the agent; "-" reads standard input, "@FILE" a file')
    .option('--project <project>', 'slug or id; default: the project of the key, else "default"')
    .option('--label <key=value>', 'a label of the task; may be repeated', parseLabel)
    .option(
      '--depends-on <id[:policy]>',
      'waits for this task; policy fail, skip or run; may be repeated',
      parseDependencies,
    )
    .option('--result-schema <json>', 'JSON Schema that the result must satisfy; "@FILE" reads a file');
}

function addModel(submit: Command): void {
  submit
    .optionsGroup('For a model (goes to model servers only):')
    .option('--system <text>', 'system text; "-" reads standard input, "@FILE" a file')
    .option('--image <file>', 'a PNG, JPEG, WebP or GIF that goes with the prompt; may be repeated', collect)
    .option('--temperature <number>', '0 to 2', decimal(0, 2))
    .option('--max-tokens <number>', 'longest answer', wholeNumber(1, 10_000_000))
    .option('--response-format <format>', 'text or json; json is the default with --result-schema')
    .option('--repair', 'ask once more when the JSON is bad, with the errors')
    .option('--embed <text>', 'a text to embed, instead of a chat; "@FILE" reads a file; may be repeated', collect);
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

function addNeeds(submit: Command): void {
  submit
    .optionsGroup('Who may do it:')
    .option('--needs <capabilities>', 'the agent has all of these; with commas or repeated', parseWords)
    .option('--model <model>', 'the agent offers exactly this model')
    .option('--min-context <tokens>', 'the model can look at so many tokens', wholeNumber(1, 100_000_000))
    .option('--kind <kind>', 'the agent is of this kind: command, acp, ollama, openai')
    .option(
      '--label-rule <rule>',
      "a rule for the agent's labels: 'os=linux', 'zone!=x', 'zone in a,b' or 'gpu'",
      parseLabelRule,
    )
    .option('--agent <agent>', 'only this agent (id or name)')
    .option('--runner <runner>', 'only agents of this runner (id or name)')
    .option('--slots <number>', 'slots it takes of the agent; default 1', wholeNumber(1, 1000))
    .option('--allow-unsatisfiable', 'accept needs that no known agent could satisfy, and wait for one');
}

function addPlace(submit: Command): void {
  submit
    .optionsGroup('Where:')
    .option('--workspace <workspace>', 'none (default), dir:PATH or git:REPOSITORY#REF', parseWorkspace)
    .option('--push', 'push the branch whoosh/<task>-<n> to the repository')
    .option('--keep-on-failure', 'leave the git worktree on the runner when the attempt fails');
}

function addLimits(submit: Command): void {
  submit
    .optionsGroup('When and how often:')
    .option('--require-approval', 'waits until somebody approves it: whoosh task approve')
    .option('--priority <number>', '0 to 9, higher first; default 5', wholeNumber(0, 9))
    .option(
      '--max-attempts <number>',
      'attempts until it has failed; default MAX_ATTEMPTS of the server',
      wholeNumber(1, 100),
    )
    .option('--timeout <duration>', 'longest time an attempt may run, such as 30s or 5m', parseDuration)
    .option('--available-at <time>', 'not before: 2026-01-31T18:00:00Z, or +2h from now', parseInstant)
    .option('--queue-deadline <time>', 'expires when not begun by then', parseInstant)
    .option('--deadline <time>', 'expires when not finished by then', parseInstant);
}

function addWaiting(submit: Command): void {
  submit
    .optionsGroup('Afterwards:')
    .option('--wait', 'follow the log to the end, then print the result; exit 4 when it did not succeed')
    .option('--wait-timeout <duration>', 'with --wait: give up after so long (exit 5); the task goes on', parseDuration)
    .option('--idempotency-key <key>', 'repeating the command with the same key does nothing twice');
}
