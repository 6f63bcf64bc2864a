import type { components } from './api.gen.ts';
import type { Api, CallOptions } from './api.ts';
import { pages } from './pages.ts';

export type Project = components['schemas']['Project'];
export type Key = components['schemas']['Key'];

/** Calls about projects and API keys. */
export const accessCalls = ({ call }: Api) => ({
  /** Refuses: slug_taken. */
  createProject: (project: components['schemas']['CreateProject'], options: CallOptions = {}) =>
    call('post', '/api/v1/projects', { json: project, ...options }),

  /** `project` is a slug or an id. */
  getProject: (project: string, options: CallOptions = {}) =>
    call('get', '/api/v1/projects/{project}', { path: { project }, ...options }),

  listProjects: (options: CallOptions = {}): Promise<Project[]> =>
    Array.fromAsync(pages((cursor) => call('get', '/api/v1/projects', { query: all(cursor), ...options }))),

  /** Changes what is given. Refuses: forbidden (weight and cap, with a key of one project). */
  updateProject: (project: string, change: components['schemas']['UpdateProject'], options: CallOptions = {}) =>
    call('patch', '/api/v1/projects/{project}', { path: { project }, json: change, ...options }),

  /** The answer holds the secret, which is shown this once. */
  createKey: (key: components['schemas']['CreateKey'], options: CallOptions = {}) =>
    call('post', '/api/v1/keys', { json: key, ...options }),

  listKeys: (options: CallOptions = {}): Promise<Key[]> =>
    Array.fromAsync(pages((cursor) => call('get', '/api/v1/keys', { query: all(cursor), ...options }))),

  /** Gives the key a new secret; the one before stays valid for 24 hours. */
  rotateKey: (id: string, options: CallOptions = {}) =>
    call('post', '/api/v1/keys/{id}/rotate', { path: { id }, ...options }),

  /** Revokes the key at once and for good. */
  revokeKey: (id: string, options: CallOptions = {}) =>
    call('delete', '/api/v1/keys/{id}', { path: { id }, ...options }),
});

const all = (cursor: string | undefined) => ({ limit: 200, ...(cursor && { cursor }) });
