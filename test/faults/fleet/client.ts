import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../../support/chance.ts';
import type { Ledger, Submission } from '../ledger.ts';
import { type Answer, type Call, callReplica } from './call.ts';
import type { Replica } from './replica.ts';
import { waitBefore } from './wait-before.ts';

/** What the load's clients do; each call goes to any replica. */
export type Client = {
  /** Calls once; rejects without an answer. */
  call(call: Omit<Call, 'token'>): Promise<Answer>;
  /** Calls until there is an answer other than 429 and 5xx, for 60 s at most. */
  insist(call: Omit<Call, 'token'>): Promise<Answer>;
  /**
   * Submits a task under a key of its own, and again under the same while it is unknown what came of it; for 60 s at
   * most. `more` is added to the body.
   */
  submit(key: string, kind: Submission['kind'], more?: object): Promise<Submission>;
};

type ClientOptions = { replicas: Replica[]; key: string; chance: Chance; ledger: () => Ledger };

const INSIST_MS = 60_000;

/** Opens the clients of a fleet. */
export function openClient({ replicas, key: token, chance, ledger }: ClientOptions): Client {
  const call = (one: Omit<Call, 'token'>) => callReplica(chance.of(replicas)!.url, ledger(), { ...one, token });
  const insist = async (one: Omit<Call, 'token'>, onUnknown = () => {}): Promise<Answer> => {
    const giveUpAt = Date.now() + INSIST_MS;
    for (let tries = 1; ; tries++) {
      const answer = await call(one).catch((error: Error) => ({ status: 0, body: error }));
      if (answer.status > 0 && answer.status !== 429 && answer.status < 500) return answer;
      if (answer.status !== 429) onUnknown();
      if (Date.now() > giveUpAt) throw new Error(`No answer to ${one.path} within ${INSIST_MS} ms`, { cause: answer });
      await pause(waitBefore(tries, chance));
    }
  };
  return {
    call,
    insist,
    async submit(key, kind, more = {}) {
      const submission = ledger().submission(key, kind);
      const body = { title: key, prompt: key, needs: NEEDS[kind], max_attempts: 10, ...more };
      const headers = { 'idempotency-key': key };
      const answer = await insist({ path: '/tasks', body, headers }, () => submission.unknowns++).catch(() => null);
      if (!answer) return submission;
      submission.told = answer.status < 300 ? 'ok' : 'failed';
      if (submission.told === 'ok') submission.ids.add(answer.body.id);
      return submission;
    },
  };
}

/** Model servers bring `chat`; the fleet's runners have `shell`. */
const NEEDS = { push: { capabilities: ['chat'] }, pull: { capabilities: ['shell'] } };
