import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** What callers have met since the last look. */
export type Met = { acknowledged: number; refused503: number; unreachable: number; odd: string[] };

const GIVE_UP_MS = 60_000;
const EVERY_NINTH = 9;

/**
 * Submits tasks at a steady rate, each under a key of its own until it is acknowledged, and cancels some. What no caller
 * may meet, such as another 5xx than 503, is noted in `odd`.
 */
export function startLoad(url: string, key: string, perSecond: number) {
  const ids: string[] = [];
  const under = new Set<Promise<unknown>>();
  let met = nothing();
  let over = false;
  const ask = async (path: string, body: object, idempotencyKey: string): Promise<{ id: string } | undefined> => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    };
    for (const giveUpAt = Date.now() + GIVE_UP_MS; Date.now() < giveUpAt; await pause(100)) {
      const answer = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) }).then(
        async (response) => ({
          status: response.status,
          body: (await response.json()) as { id: string; code?: string },
        }),
        () => undefined,
      );
      if (!answer) met.unreachable++;
      else if (answer.status === 503) met.refused503++;
      else {
        if (answer.status >= 300)
          met.odd.push(`${path.replace(/[0-9a-f-]{36}/, ':id')} ${answer.status} ${answer.body.code}`);
        return answer.status < 300 ? answer.body : undefined;
      }
    }
    met.odd.push(`${path}: no answer for ${GIVE_UP_MS / 1000} s`);
    return undefined;
  };
  const submit = async () => {
    const task = await ask(
      '/tasks',
      { title: 'Work', prompt: '', needs: { capabilities: ['shell'] }, max_attempts: 10 },
      randomUUID(),
    );
    if (!task) return;
    met.acknowledged++;
    ids.push(task.id);
    if (ids.length % EVERY_NINTH === 0) await ask(`/tasks/${task.id}/cancel`, {}, randomUUID());
  };
  const submitting = (async () => {
    for (; !over; await pause(1000 / perSecond)) {
      const one = submit();
      under.add(one);
      void one.finally(() => under.delete(one));
    }
  })();
  return {
    /** Of every task that was acknowledged. */
    ids,
    /** What was met since the last call. */
    take(): Met {
      const taken = met;
      met = nothing();
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
