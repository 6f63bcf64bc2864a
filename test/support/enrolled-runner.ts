import { expect } from 'vitest';
import type { TestApp } from './app.ts';

type Headers = { authorization: string };
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Calls /api/v1 without a socket. */
export const call = ({ app }: TestApp, method: Method, path: string, headers: Partial<Headers>, payload?: object) =>
  app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) });

/** An agent of kind `command` as a runner declares it. */
export const command = (name: string, more: object = {}) => ({ name, kind: 'command', ...more });

/** What a runner says when it has started. */
export const started = (...agents: object[]) => ({ version: '1.0.0', hostname: 'box', os: 'linux', agents });

/** Makes a runner named `box` by way of an enrolment. */
export async function enrol(whoosh: TestApp, admin: Headers, enrolment: object = {}) {
  const { token } = (await call(whoosh, 'POST', '/runners/enrolments', admin, enrolment)).json();
  const answer = await call(whoosh, 'POST', '/runners/enrol', {}, { token, name: 'box' });
  expect(answer.statusCode).toBe(201);
  const { runner_id, credential } = answer.json();
  return { token, runner_id, credential, headers: { authorization: `Bearer ${credential}` } };
}

/** Opens a session in which the runner declares `agents`. */
export async function openSession(whoosh: TestApp, headers: Headers, ...agents: object[]) {
  const answer = await call(whoosh, 'POST', '/runners/session', headers, started(...agents));
  expect(answer.statusCode).toBe(201);
  return answer.json();
}

/** The agents that a credential sees. */
export const agentsOf = async (whoosh: TestApp, headers: Headers) =>
  (await call(whoosh, 'GET', '/agents', headers)).json().items as { id: string; name: string; status: string }[];
