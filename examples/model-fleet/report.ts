import type { createClient } from '../../src/client/client.ts';

type Client = ReturnType<typeof createClient>;
type Attempt = Awaited<ReturnType<Client['listAttempts']>>[number];

/** Prints who did what; `openings` names an agent for each time that its breaker opened. True when every task succeeded exactly once and the dead server was noticed. */
export async function report(
  client: Client,
  ids: string[],
  openings: string[],
  say: (line: string) => void,
): Promise<boolean> {
  const attempts = (await Promise.all(ids.map((id) => client.listAttempts(id)))).flat();
  say(`\n${row('agent', 'model', 'done', 'failed', 'released', 'tokens/s', 'breaker')}`);
  const agents = [...new Set(attempts.map(({ agent }) => agent))].sort();
  for (const agent of agents) printAgent(agent, attempts, openings, say);
  const states = await Promise.all(ids.map(async (id) => (await client.getTask(id)).state));
  const once = ids.every(
    (id) => attempts.filter((one) => one.task_id === id && one.outcome === 'succeeded').length === 1,
  );
  const broken = attempts.filter(({ error }) => error?.code === 'transport').length;
  const good = states.every((state) => state === 'succeeded') && once && broken > 0 && openings.length > 0;
  say(
    good
      ? `\n${ids.length} tasks: every one succeeded, each exactly once; ${broken} answers broke off and were asked for again.`
      : '\nNot every task succeeded exactly once, or the dead server was not noticed.',
  );
  return good;
}

function printAgent(agent: string, all: Attempt[], openings: string[], say: (line: string) => void): void {
  const attempts = all.filter((one) => one.agent === agent);
  const count = (of: Attempt[], outcome: string) => String(of.filter((one) => one.outcome === outcome).length);
  const rest = [count(attempts, 'failed'), count(attempts, 'released')] as const;
  const models = Map.groupBy(
    attempts.filter(({ outcome }) => outcome === 'succeeded'),
    ({ usage }) => String(usage?.model),
  );
  let isFirst = true;
  for (const [model, done] of [...models].sort()) {
    const speeds = done.flatMap(({ usage }) => (usage?.tokens_per_second ? Number(usage.tokens_per_second) : []));
    const speed = speeds.length ? (speeds.reduce((a, b) => a + b, 0) / speeds.length).toFixed(1) : '-';
    const opened = String(openings.filter((name) => name === agent).length);
    say(
      isFirst
        ? row(agent, model, String(done.length), ...rest, speed, opened)
        : row('', model, String(done.length), '', '', speed),
    );
    isFirst = false;
  }
}

const row = (...cells: string[]): string => cells.map((cell, at) => pad(cell, WIDTHS[at]!)).join(' ');
/** Below zero: to the right. */
const WIDTHS = [8, 12, -5, -7, -9, -9, -8];
const pad = (cell: string, width: number): string => (width < 0 ? cell.padStart(-width) : cell.padEnd(width));
