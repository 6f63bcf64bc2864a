import type { z } from 'zod';
import { type RequestOptions, request } from '../client/request.ts';
import type { declareAgents, openSession, poll, pollAnswer, runnerCredential, sessionView } from '../runners/schema.ts';
import type { AttemptRef, appendLog, completeAttempt, failAttempt } from '../tasks/attempt-schema.ts';
import type { DependencyResult } from './attempt-folder.ts';

/** Time-out, signal and repeats of one call. */
export type How = Pick<RequestOptions, 'signal' | 'timeoutMs' | 'retry'>;
export type Session = z.infer<typeof sessionView>;
export type PollAnswer = z.infer<typeof pollAnswer>;
export type RunnerCredential = z.infer<typeof runnerCredential>;
/** What a report says; `release` hands the attempt back. */
export type Report =
  | { verb: 'complete'; body: z.input<typeof completeAttempt> }
  | { verb: 'fail'; body: z.input<typeof failAttempt> }
  | { verb: 'release'; body: { holder_id: string } };

/** The limit of a provider's account is reached. */
type ParkAccount = { holder_id: string; account: string; parked_until: string; reason: string };

const UPLOAD_LIMIT_MS = 600_000;

/** The calls that a runner makes, with its credential; each throws WhooshError. `credential` is asked at every call. */
export function runnerApi(server: string, credential: () => string) {
  const call = <T>(options: Omit<RequestOptions, 'server'>) => request<T>({ token: credential(), ...options, server });
  const post = <T>(path: string, json: unknown, how: How) => call<T>({ method: 'POST', path, json, ...how });
  const attempt = ({ task_id, epoch }: AttemptRef, verb: string) =>
    `/api/v1/tasks/${task_id}/attempts/${epoch}/${verb}`;
  return {
    openSession: (body: z.input<typeof openSession>, how: How) => post<Session>('/api/v1/runners/session', body, how),
    declareAgents: (json: z.input<typeof declareAgents>, how: How) =>
      call<Session>({ method: 'PUT', path: '/api/v1/runners/session', json, ...how }),
    closeSession: (holder_id: string, how: How) =>
      call({ method: 'DELETE', path: '/api/v1/runners/session', query: { holder_id }, ...how }),
    poll: (body: z.input<typeof poll>, how: How) => post<PollAnswer>('/api/v1/runners/poll', body, how),
    rotateCredential: (how: How) =>
      call<RunnerCredential>({ method: 'POST', path: '/api/v1/runners/credentials/rotate', ...how }),
    startAttempt: (ref: AttemptRef, holder_id: string, how: How) => post(attempt(ref, 'start'), { holder_id }, how),
    /** With the attempt's own token, which may read what its task depends on. */
    listDependencies: async ({ task_id, token }: { task_id: string; token: string }, how: How) => {
      const path = `/api/v1/tasks/${task_id}/dependencies`;
      return (await call<{ items: DependencyResult[] }>({ path, token, ...how })).items;
    },
    /** Until then no agent of this account gets work. */
    parkAccount: (body: ParkAccount, how: How) => post('/api/v1/runners/accounts/park', body, how),
    appendLog: (ref: AttemptRef, body: z.input<typeof appendLog>, how: How) => post(attempt(ref, 'log'), body, how),
    uploadArtifact: (ref: AttemptRef, name: string, content: { body: Blob; type: string }, how: How) => {
      const path = attempt(ref, `artifacts/${encodeURIComponent(name)}`);
      return call({ method: 'PUT', path, content, timeoutMs: UPLOAD_LIMIT_MS, ...how });
    },
    report: (ref: AttemptRef, { verb, body }: Report, how: How) => post(attempt(ref, verb), body, how),
  };
}

export type RunnerApi = ReturnType<typeof runnerApi>;
