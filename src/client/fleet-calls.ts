import type { components } from './api.gen.ts';
import type { Api, CallOptions } from './api.ts';
import { pages } from './pages.ts';

export type Agent = components['schemas']['Agent'];
export type Runner = components['schemas']['Runner'];

/** Calls about agents and the runners that bring them. `agent` is an id, or a name that only one agent has. */
export const fleetCalls = ({ call }: Api) => ({
  /** Every agent; with `project`, those that may serve it. */
  listAgents: (filter: { project?: string } = {}, options: CallOptions = {}): Promise<Agent[]> =>
    Array.fromAsync(
      pages((cursor) => call('get', '/api/v1/agents', { query: { ...filter, ...all(cursor) }, ...options })),
    ),

  getAgent: (agent: string, options: CallOptions = {}) =>
    call('get', '/api/v1/agents/{agent}', { path: { agent }, ...options }),

  /** Adds a model server, pending: nothing is contacted before it is approved. The same request again changes nothing. */
  addAgent: (agent: components['schemas']['AddAgent'], options: CallOptions = {}) =>
    call('post', '/api/v1/agents', { json: agent, ...options }),

  /**
   * Lets a model server be contacted, and given work; answers it as it is after the first probe, or five seconds. With
   * `url` only if that is its address: else invalid_state.
   */
  approveAgent: (agent: string, seen: { url?: string } = {}, options: CallOptions = {}) =>
    call('post', '/api/v1/agents/{agent}/approve', { path: { agent }, query: seen, ...options }),

  /** Asks a model server now what it has. Refuses: invalid_state while it is pending. */
  probeAgent: (agent: string, options: CallOptions = {}) =>
    call('post', '/api/v1/agents/{agent}/probe', { path: { agent }, ...options }),

  /** Changes a model server. Another `url` takes another approval, and the key again. */
  changeAgent: (agent: string, change: components['schemas']['ChangeAgent'], options: CallOptions = {}) =>
    call('patch', '/api/v1/agents/{agent}', { path: { agent }, json: change, ...options }),

  /** Gives the agents of an account work again before its limit is lifted. */
  unparkAgent: (agent: string, options: CallOptions = {}) =>
    call('post', '/api/v1/agents/{agent}/unpark', { path: { agent }, ...options }),

  /** Lets the agent finish what it runs and gives it nothing more. */
  drainAgent: (agent: string, options: CallOptions = {}) =>
    call('post', '/api/v1/agents/{agent}/drain', { path: { agent }, ...options }),

  /** Gives the agent work again. */
  resumeAgent: (agent: string, options: CallOptions = {}) =>
    call('post', '/api/v1/agents/{agent}/resume', { path: { agent }, ...options }),

  /** Removes a model server, or an agent whose runner is offline. Refuses: invalid_state while the runner is online. */
  removeAgent: (agent: string, options: CallOptions = {}) =>
    call('delete', '/api/v1/agents/{agent}', { path: { agent }, ...options }),

  listRunners: (options: CallOptions = {}): Promise<Runner[]> =>
    Array.fromAsync(pages((cursor) => call('get', '/api/v1/runners', { query: all(cursor), ...options }))),

  /** Removes a runner with its credential and its agents. */
  removeRunner: (id: string, options: CallOptions = {}) =>
    call('delete', '/api/v1/runners/{id}', { path: { id }, ...options }),

  /** Creates a token with which one machine may become a runner, once. */
  createEnrolment: (enrolment: components['schemas']['CreateEnrolment'] = {}, options: CallOptions = {}) =>
    call('post', '/api/v1/runners/enrolments', { json: enrolment, ...options }),
});

const all = (cursor: string | undefined) => ({ limit: 200, ...(cursor && { cursor }) });
