import { cpus, totalmem } from 'node:os';
import type { Book } from './book.ts';
import type { Check } from './checks.ts';

/** Prints what was measured and what was found; true when every check holds. */
export function report({ met, acknowledged }: Book, seconds: number, checks: Check[]): boolean {
  const submits = met.filter(({ call, status }) => call === 'POST /api/v1/tasks' && status < 300).map(({ ms }) => ms);
  const ends = acknowledged.map(({ ms }) => ms);
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  say(`\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${machine}\n`);
  say(
    row(
      'tasks done',
      `${acknowledged.length} in ${seconds.toFixed(0)} s, ${(acknowledged.length / seconds).toFixed(1)}/s`,
    ),
  );
  say(row('a submit is answered in', spread(submits)));
  say(row('a task has ended after', spread(ends)));
  for (const { title, found, holds } of checks) say(row(title, found, holds));
  const good = checks.every(({ holds }) => holds);
  say(good ? '\nEvery check holds.' : '\nNot every check holds.');
  return good;
}

/** Prints a line. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

function row(title: string, found: string, holds = true): string {
  // What the check is cited for is of no interest here.
  return `${holds ? '  ' : '! '}${title.replace(/ \[\w+\]/g, '').padEnd(52)} ${found}`;
}

function spread(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
