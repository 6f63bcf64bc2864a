import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../../support/chance.ts';
import type { Absence, Ledger, Report } from '../ledger.ts';
import { type Answer, type Call, callReplica, type Json } from './call.ts';
import type { Client } from './client.ts';
import type { Replica } from './replica.ts';
import { waitBefore } from './wait-before.ts';

type AttemptRef = { task_id: string; epoch: number };
export type Grant = AttemptRef & { title: string; token: string };

/** up: all is well. down: nothing is sent. deaf: what is sent arrives, and no answer comes back. */
type Network = 'up' | 'down' | 'deaf';

/** What a runner does with a grant; by default it starts it, works, and reports success until it is answered. */
export type Manners = (runner: FleetRunner, grant: Grant) => Promise<void>;

/** A runner in the harness that speaks the protocol; a fault may replace its manners and cut its network. */
export type FleetRunner = {
  name: string;
  credential: string;
  /** Of the session that is open, or was last. */
  readonly holder_id: string;
  agent_id: string;
  manners: Manners;
  /** Attempts that its polls renew. */
  held: Map<string, Grant>;
  readonly network: Network;
  /** Cuts it off; when it is down it can renew nothing from then on. */
  cut(how: Exclude<Network, 'up'>): void;
  mend(): void;
  /** Opens a session and begins to poll. */
  start(): Promise<void>;
  /** Ends at once, without a word, as by SIGKILL. */
  kill(): void;
  /** Takes no more work; resolves when nothing is held. */
  drain(): Promise<void>;
  /** One call to any replica; rejects without an answer. */
  call(call: Omit<Call, 'token' | 'signal'>): Promise<Answer>;
  /** Calls until there is an answer other than 429 and 5xx. */
  insist(call: Omit<Call, 'token' | 'signal'>): Promise<Answer>;
  begin(grant: Grant): Promise<boolean>;
  /** Notes the execution and takes its time. */
  work(grant: Grant): Promise<unknown>;
  report(grant: Grant, verb: Report['verb'], result?: unknown): Promise<string>;
};

type Options = {
  name: string;
  replicas: Replica[];
  client: Client;
  chance: Chance;
  ledger: () => Ledger;
  slots?: number;
  capabilities?: string[];
};

const POLL_MS = 1000;

/** Enrols a runner with one agent of kind command; `start` opens its session. */
export async function openRunner(options: Options): Promise<FleetRunner> {
  const { name, replicas, client, chance, ledger, slots = 16, capabilities = ['shell'] } = options;
  const { token } = (await client.insist({ path: '/runners/enrolments', body: {} })).body;
  const enrolled = await callReplica(replicas[0]!.url, ledger(), {
    path: '/runners/enrol',
    body: { token, name },
    token: '',
  });
  const { credential } = enrolled.body;
  let life = new AbortController();
  let holderId = '';
  let network: Network = 'up';
  let draining = false;
  let absence: Absence | undefined;
  /** What it was told to drop, and goes on with: it renews it no more, but will report it. */
  const stopped = new Set<string>();

  const call: FleetRunner['call'] = async (one) => {
    if (network === 'down') {
      await pause(20);
      throw new Error('The network is down.');
    }
    const heard = network;
    const answer = await callReplica(chance.of(replicas)!.url, ledger(), {
      ...one,
      token: credential,
      signal: life.signal,
    });
    if (heard === 'deaf' || network !== 'up') throw new Error('The answer was lost.');
    return answer;
  };
  const insist: FleetRunner['insist'] = async (one) => {
    const { signal } = life;
    for (let tries = 1; ; tries++) {
      const answer = await call(one).catch(() => undefined);
      signal.throwIfAborted();
      if (answer && answer.status !== 429 && answer.status < 500) return answer;
      await pause(waitBefore(tries, chance));
    }
  };
  const attempt = ({ task_id, epoch }: Grant) => `/tasks/${task_id}/attempts/${epoch}`;
  const keyOf = ({ task_id, epoch }: AttemptRef) => `${task_id}/${epoch}`;

  const take = (grant: Grant) => {
    if (runner.held.has(keyOf(grant))) return;
    runner.held.set(keyOf(grant), grant);
    void runner
      .manners(runner, grant)
      // It was killed meanwhile.
      .catch(() => {})
      .finally(() => runner.held.delete(keyOf(grant)));
  };

  const poll = async (signal: AbortSignal): Promise<Json> => {
    const wants = [{ agent_id: runner.agent_id, slots: slots - runner.held.size }].filter(
      (one) => one.slots > 0 && !draining,
    );
    const attempts = [...runner.held.entries()].filter(([key]) => !stopped.has(key)).map(([, grant]) => pick(grant));
    const body = { holder_id: holderId, attempts, wants, wait_ms: draining ? 0 : POLL_MS };
    const answer = await call({ path: '/runners/poll', body }).catch(() => undefined);
    if (signal.aborted || answer?.status === 200) return answer?.body;
    await pause(100 + 100 * chance.next());
    return undefined;
  };

  const live = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      const answer = await poll(signal);
      if (signal.aborted) return;
      for (const grant of answer?.grants ?? []) take(grant);
      const news = (answer?.directives ?? []).filter((one: Json) => one.directive !== 'continue');
      for (const one of news) if (one.directive === 'stop') stopped.add(keyOf(one));
      // Such an answer comes at once, also the next one.
      if (draining || news.length) await pause(50);
    }
  };

  const runner: FleetRunner = {
    name,
    credential,
    agent_id: '',
    get holder_id() {
      return holderId;
    },
    get network() {
      return network;
    },
    manners: wellMannered,
    held: new Map(),
    call,
    insist,
    cut(how) {
      network = how;
      // Who is deaf renews its leases all the same.
      if (how === 'down') absence ??= ledger().wentAway({ holder_id: holderId });
    },
    mend() {
      network = 'up';
      if (absence) absence.until = Date.now();
      absence = undefined;
    },
    async start() {
      life = new AbortController();
      const agents = [{ name: 'shell', kind: 'command', capabilities, max_concurrent: slots }];
      const hello = { version: '0', hostname: 'harness', os: 'linux', agents };
      const session = (await insist({ path: '/runners/session', body: hello })).body;
      holderId = session.holder_id;
      runner.agent_id = session.agents[0].id;
      void live(life.signal);
    },
    kill() {
      life.abort(new Error('The runner was killed.'));
      runner.held.clear();
      ledger().wentAway({ holder_id: holderId });
    },
    async drain() {
      draining = true;
      while (runner.held.size) await pause(20);
      life.abort(new Error('The runner has drained.'));
    },
    async begin(grant) {
      const answer = await insist({ path: `${attempt(grant)}/start`, body: { holder_id: holderId } });
      return answer.status === 200;
    },
    async work(grant) {
      const { number } = ledger().began(grant.title, name);
      await pause(20 + 130 * chance.next(), undefined, { signal: life.signal });
      return { ...pick(grant), holder_id: holderId, execution: number };
    },
    async report(grant, verb, result) {
      const noted: Report = { ...pick(grant), holder_id: holderId, verb, result, answer: 'unknown' };
      ledger().reports.push(noted);
      const body = { holder_id: holderId, ...BODIES[verb](result) };
      const { status, body: said } = await insist({ path: `${attempt(grant)}/${verb}`, body });
      noted.answer = status !== 200 ? said.code : said.duplicate ? 'duplicate' : 'accepted';
      return noted.answer;
    },
  };
  return runner;
}

const pick = ({ task_id, epoch }: AttemptRef): AttemptRef => ({ task_id, epoch });

const BODIES: Record<Report['verb'], (result: unknown) => object> = {
  complete: (result) => ({ result }),
  fail: () => ({ error: { code: 'exit_1', message: 'As asked.' }, retryable: true }),
  release: () => ({}),
};

const wellMannered: Manners = async (runner, grant) => {
  if (!(await runner.begin(grant))) return;
  const result = await runner.work(grant);
  await runner.report(grant, 'complete', result);
};
