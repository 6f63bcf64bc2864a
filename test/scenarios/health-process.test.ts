import { readdirSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { embeddedProcess } from '../support/embedded-process.ts';
import { serveProcess } from '../support/serve-process.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

/** A process and all that it has started, by /proc. */
function familyOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [
          [
            Number(name),
            Number(
              readFileSync(`/proc/${name}/stat`, 'utf8')
                .replace(/^.*\) \S /s, '')
                .split(' ')[0],
            ),
          ],
        ];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child!);
  return [pid, ...children.flatMap(familyOf)];
}

function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended since.
  }
}

test('with PostgreSQL stopped /health of a real process answers 503 within a second; it lives and recovers by itself [S10] [S11]', async () => {
  const postgres = await embeddedProcess(await testFolder());
  const server = await serveProcess({ DATABASE_URL: postgres.said.url, WHOOSH_LOG_LEVEL: 'error' });
  const url = await server.url();
  const ask = async () => {
    const start = performance.now();
    const answer = await fetch(`${url}/health`);
    const page = (await answer.json()) as { components: Record<string, { status: string; detail?: string }> };
    return { ms: performance.now() - start, code: answer.status, ...page };
  };
  const healthy = await until(async () => {
    const page = await ask();
    if (page.code !== 200) throw new Error(JSON.stringify(page.components));
    return page;
  });
  const states = Object.values(healthy.components).map(({ status }) => status);
  expect(states.length).toBeGreaterThanOrEqual(5);
  expect(new Set(states)).toEqual(new Set(['operational']));

  const family = familyOf(postgres.said.pid);
  expect(family.length).toBeGreaterThan(3);
  for (const pid of family) process.kill(pid, 'SIGSTOP');
  onTestFinished(() => {
    for (const pid of family) wake(pid);
  });
  const times: number[] = [];
  const ill = await until(async () => {
    const page = await ask();
    times.push(page.ms);
    return page.code === 503 ? page : undefined;
  });
  expect(ill.components.database).toMatchObject({ status: 'degraded', detail: expect.any(String) });
  for (let again = 0; again < 5; again++) times.push((await ask()).ms);
  expect(Math.max(...times)).toBeLessThan(1000);
  expect((await fetch(`${url}/livez`)).status).toBe(200);

  for (const pid of family) wake(pid);
  await until(async () => (await ask()).code === 200, { timeoutMs: 30_000 });
  expect(server.child.exitCode).toBeNull();
}, 60_000);
