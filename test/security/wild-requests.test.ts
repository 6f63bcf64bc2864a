import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { httpRunner } from '../support/http-runner.ts';
import { type RunningServer, runningServer } from '../support/running-server.ts';
import { arbitraryOf } from './arbitrary-of.ts';
import { type Operation, readOperations } from './operations.ts';

/** For each of 30 routes: some seconds in all. A failure prints its seed and the smallest request that shows it. */
const RUNS = 25;

const ids = fc.oneof(
  fc.uuid(),
  fc.constantFrom('default', '0', '-1', '%00', '..', '%2e%2e%2f', 'x'.repeat(3000), '🙂', "'"),
);

type Wild = { ids: string[]; body: unknown };

async function send(server: RunningServer, operation: Operation, credential: string, wild: Wild) {
  const [...left] = wild.ids;
  const path = operation.path.replace(/\{\w+\}/g, () => encodeURIComponent(left.shift() ?? randomUUID()));
  const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' };
  const answer = await fetch(server.url + path, { method: operation.method, headers, body: JSON.stringify(wild.body) });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
}

/** A refusal is a problem document with a code; nothing that comes out of it tells of our code. */
function requireDecent({ status, type, text }: Awaited<ReturnType<typeof send>>): void {
  // On a busy machine lists and submissions are shed, which is no defect.
  const isShed = status === 503 && text.includes('The server is overloaded');
  if (!isShed) expect(status, text).toBeLessThan(500);
  if (status < 400) return;
  expect(type).toContain('application/problem+json');
  expect(JSON.parse(text)).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) });
  expect(text).not.toMatch(/node_modules|\.ts:\d+|at \w+ \(/);
}

test('whatever a request says, it is done or refused with a reason, and never met as a defect [S41]', async () => {
  const server = await runningServer();
  const runner = await httpRunner(server);
  const { operations, schemas } = await readOperations(server);
  const withBody = operations.filter(({ body, path }) => body && !path.endsWith('/poll'));
  expect(withBody.length).toBeGreaterThan(20);
  for (const operation of withBody) {
    const wild = fc.record({ ids: fc.array(ids, { maxLength: 3 }), body: arbitraryOf(operation.body!, schemas) });
    await fc.assert(
      fc.asyncProperty(wild, fc.constantFrom(server.key, runner.credential), async (one, credential) =>
        requireDecent(await send(server, operation, credential, one)),
      ),
      { numRuns: RUNS, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    );
  }
}, 240_000);

test('whatever the query says, lists are answered or refused with a reason', async () => {
  const server = await runningServer();
  const { operations } = await readOperations(server);
  const lists = operations.filter(({ method, id }) => method === 'GET' && id.startsWith('list'));
  const query = fc.dictionary(
    fc.oneof(fc.constantFrom('limit', 'cursor', 'state', 'project', 'label', 'agent'), fc.string({ maxLength: 10 })),
    fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), fc.constantFrom('-1', '1e9', 'NaN', '\u0000', '[]')),
    { maxKeys: 4 },
  );
  for (const operation of lists)
    await fc.assert(
      fc.asyncProperty(query, async (given) => {
        const search = new URLSearchParams(given).toString();
        const path = operation.path.replace(/\{\w+\}/g, () => randomUUID());
        const headers = { authorization: `Bearer ${server.key}` };
        const answer = await fetch(`${server.url}${path}?${search}`, { headers });
        requireDecent({
          status: answer.status,
          type: answer.headers.get('content-type') ?? '',
          text: await answer.text(),
        });
      }),
      { numRuns: RUNS },
    );
}, 120_000);
