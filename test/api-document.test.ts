import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runningServer } from './support/running-server.ts';

test('a server serves the API document that docs/ shows and the SDK is typed from', async () => {
  const { url } = await runningServer();
  const served = await (await fetch(`${url}/api/openapi.json`)).json();
  expect(served).toEqual(JSON.parse(await readFile(new URL('../docs/openapi.json', import.meta.url), 'utf8')));
});
