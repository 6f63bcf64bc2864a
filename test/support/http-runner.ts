import { hostname } from 'node:os';
import type { components } from '../../src/client/api.gen.ts';
import { createApi } from '../../src/client/api.ts';
import { artifactCalls } from '../../src/client/artifact-calls.ts';
import type { RunningServer } from './running-server.ts';

type Schemas = components['schemas'];
type Grant = Schemas['Grant'];

/** A runner with one agent that speaks the HTTP API; the test does its work by hand. */
export type HttpRunner = {
  name: string;
  credential: string;
  /** Waits for a task, starts it and returns it. */
  begin(): Promise<Grant>;
  log(grant: Grant, text: string, seq: number): Promise<unknown>;
  upload(grant: Grant, name: string, content: string): Promise<Schemas['Artifact']>;
  complete(grant: Grant, result?: unknown): Promise<unknown>;
  fail(grant: Grant, message: string): Promise<unknown>;
  /** Says that the account of its agent has reached a limit. */
  park(parked_until: string, reason: string): Promise<unknown>;
};

type Settings = { name?: string; agent?: string; capabilities?: string[]; account?: string };

/** Enrols a runner with one agent of the given capabilities and opens its session. */
export async function httpRunner(
  { url, client }: Pick<RunningServer, 'url' | 'client'>,
  { name = 'laptop', agent = 'shell', capabilities = ['shell'], account }: Settings = {},
): Promise<HttpRunner> {
  const { token } = await client.createEnrolment();
  const enrolled = await createApi({ url }).call('post', '/api/v1/runners/enrol', { json: { token, name } });
  const api = createApi({ url, key: enrolled.credential });
  const { call } = api;
  const agents = [
    { name: agent, kind: 'command' as const, capabilities, account: account ?? null, max_concurrent: 10 },
  ];
  const json = { version: '0', hostname: hostname(), os: 'linux', agents };
  const session = await call('post', '/api/v1/runners/session', { json });
  const holder_id = session.holder_id;
  const wants = [{ agent_id: session.agents[0]!.id, slots: 1 }];
  const path = ({ task_id, epoch }: Grant) => ({ id: task_id, epoch });
  return {
    name,
    credential: enrolled.credential,
    async begin() {
      for (;;) {
        const poll = { holder_id, attempts: [], wants, wait_ms: 5000 };
        const [grant] = (await call('post', '/api/v1/runners/poll', { json: poll })).grants;
        if (!grant) continue;
        await call('post', '/api/v1/tasks/{id}/attempts/{epoch}/start', { path: path(grant), json: { holder_id } });
        return grant;
      }
    },
    log: (grant, text, seq) =>
      call('post', '/api/v1/tasks/{id}/attempts/{epoch}/log', {
        path: path(grant),
        json: { holder_id, entries: [{ seq, stream: 'stdout', text }] },
      }),
    upload: ({ task_id, epoch }, file, content) =>
      artifactCalls(api).uploadArtifact({ taskId: task_id, epoch, name: file }, content),
    complete: (grant, result) =>
      call('post', '/api/v1/tasks/{id}/attempts/{epoch}/complete', { path: path(grant), json: { holder_id, result } }),
    fail: (grant, message) =>
      call('post', '/api/v1/tasks/{id}/attempts/{epoch}/fail', {
        path: path(grant),
        json: { holder_id, error: { code: 'exit_1', message }, retryable: false },
      }),
    park: (parked_until, reason) =>
      call('post', '/api/v1/runners/accounts/park', {
        json: { holder_id, account: account!, parked_until, reason },
      }),
  };
}
