import { onTestFinished } from 'vitest';
import type { PushKind } from '../../../src/agents/schema.ts';
import { DIALECTS } from './dialects.ts';
import { sendJson } from './send-json.ts';
import { wildServer } from './wild-server.ts';

/** well: says what it has. broken: closes every connection. silent: answers nothing. refusing: 401, as with a bad key. */
type Mood = 'well' | 'broken' | 'silent' | 'refusing';

/** A server that tells what models it has, in the mood that the test gives it, once `held` settles; it stops with the test. */
export async function modelServer({ kind = 'ollama', models = ['llama3.2:3b'] }: Settings = {}) {
  const dialect = DIALECTS.find((one) => one.kind === kind)!;
  const state = { mood: 'well' as Mood, models, held: Promise.resolve() };
  const server = await wildServer(async (req, res) => {
    await state.held;
    if (state.mood === 'broken') return req.socket.destroy();
    if (state.mood === 'silent') return;
    if (state.mood === 'refusing') return sendJson(res, { error: 'bad key' }, 401);
    const body = dialect.inventory(state.models)[req.url!];
    sendJson(res, body ?? { error: 'not found' }, body ? 200 : 404);
  });
  onTestFinished(() => server.stop());
  return Object.assign(state, { url: server.url, port: server.port, asked: server.asked });
}

type Settings = { kind?: PushKind; models?: string[] };
