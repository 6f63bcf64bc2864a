import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** What callers have met since the last look. */
export type Met = { acknowledged: number; refused503: number; unreachable: number; odd: string[] };

type Caller = { url: string; key: string; met: Met };

const GIVE_UP_MS = 60_000;
const EVERY_NINTH = 9;
const WORK = { title: 'Work', prompt: '', needs: { capabilities: ['shell'] }, max_attempts: 10 };

/**
 * Submits tasks at a steady rate, each under a key of its own until it is acknowledged, and cancels some. What no caller
 * may meet, such as another 5xx than 503, is noted in `odd`.
 */
export function startLoad(url: string, key: string, perSecond: number) {
  const ids: string[] = [];
  const under = new Set<Promise<unknown>>();
  const met = nothing();
  let over = false;
  const submitting = (async () => {
    for (; !over; await pause(1000 / perSecond)) {
      const one = submit({ url, key, met }, ids);
      under.add(one);
      void one.finally(() => under.delete(one));
    }
  })();
  return {
    /** Of every task that was acknowledged. */
    ids,
    /** What was met since the last call. */
    take(): Met {
      const taken = { ...met };
      Object.assign(met, nothing());
      return taken;
    },
    async end() {
      over = true;
      await submitting;
      await Promise.all(under);
    },
  };
}

const nothing = (): Met => ({ acknowledged: 0, refused503: 0, unreachable: 0, odd: [] });

async function submit(caller: Caller, ids: string[]): Promise<void> {
  const task = await ask(caller, '/tasks', WORK);
  if (!task) return;
  caller.met.acknowledged++;
  ids.push(task.id);
  if (ids.length % EVERY_NINTH === 0) await ask(caller, `/tasks/${task.id}/cancel`, {});
}

/** Asks again under the same key while a server is away or answers 503; answers nothing when it was refused. */
async function ask({ url, key, met }: Caller, path: string, body: object): Promise<{ id: string } | undefined> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  for (const giveUpAt = Date.now() + GIVE_UP_MS; Date.now() < giveUpAt; await pause(100)) {
    const answer = await send(`${url}/api/v1${path}`, request);
    if (!answer) met.unreachable++;
    else if (answer.status === 503) met.refused503++;
    else if (answer.status < 300) return answer.body;
    else return void met.odd.push(`${path.replace(/[0-9a-f-]{36}/, ':id')} ${answer.status} ${answer.body.code}`);
  }
  met.odd.push(`${path}: no answer for ${GIVE_UP_MS / 1000} s`);
  return undefined;
}

type Answer = { status: number; body: { id: string; code?: string } };

/** Nothing when no server could be reached. */
const send = (url: string, request: RequestInit): Promise<Answer | undefined> =>
  fetch(url, request).then(
    async (response) => ({ status: response.status, body: (await response.json()) as Answer['body'] }),
    () => undefined,
  );
