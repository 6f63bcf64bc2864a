import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startServerProcess } from '../../bench/server-process.ts';
import { createClient } from '../../src/client/client.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

const EXPECTED = { state: 'succeeded', result: 'done', attempts: 1 };

/** `whoosh serve` with its own PostgreSQL and local runner, as a newcomer has it. */
async function serve(dataDir: string) {
  const server = await startServerProcess(dataDir, { WHOOSH_LOG_LEVEL: 'silent' });
  onTestFinished(() => server.stop());
  const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  return { server, client: createClient({ url: server.url, key }) };
}

const gone = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && false;
  } catch {
    // ESRCH: there is no such process.
    return true;
  }
};

test('what was answered survives SIGKILL of the server and of PostgreSQL, and is done after the next start [G1] [I6]', async () => {
  const dataDir = await testFolder();
  const first = await serve(dataDir);
  const available_at = new Date(Date.now() + 3000).toISOString();
  const prompt = `echo '"done"' > "$WHOOSH_RESULT_FILE"`;
  const { id } = await first.client.submitTask({
    title: 'x',
    prompt,
    needs: { capabilities: ['shell'] },
    available_at,
  });
  const postmaster = Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  first.server.child.kill('SIGKILL');
  process.kill(postmaster, 'SIGKILL');
  await until(() => gone(postmaster));

  const second = await serve(dataDir);
  expect(await second.client.waitTask(id)).toMatchObject(EXPECTED);
});
