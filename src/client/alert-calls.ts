import type { components, operations } from './api.gen.ts';
import type { Api, CallOptions } from './api.ts';
import { pages } from './pages.ts';

export type Alert = components['schemas']['Alert'];
/** Filters of a list of alerts; without `state`, those that are open or acknowledged. */
export type AlertFilter = Omit<NonNullable<operations['listAlerts']['parameters']['query']>, 'cursor'>;

/** Calls about what an operator has to look at. */
export const alertCalls = ({ call }: Api) => ({
  /** Every alert that the filter lets through, newest first. */
  listAlerts: (filter: AlertFilter = {}, options: CallOptions = {}) =>
    pages((cursor) => call('get', '/api/v1/alerts', { query: { ...filter, ...(cursor && { cursor }) }, ...options })),

  /** With whom it was told to. Refuses: not_found. */
  getAlert: (id: string, options: CallOptions = {}) => call('get', '/api/v1/alerts/{id}', { path: { id }, ...options }),

  /** Says that somebody looks after it; a repeat is harmless. Refuses: invalid_state when it is resolved. */
  acknowledgeAlert: (id: string, options: CallOptions = {}) =>
    call('post', '/api/v1/alerts/{id}/acknowledge', { path: { id }, ...options }),

  /** Ends it; while its condition holds it opens again. A repeat is harmless. */
  resolveAlert: (id: string, options: CallOptions = {}) =>
    call('post', '/api/v1/alerts/{id}/resolve', { path: { id }, ...options }),

  /** Sends a test by every notifier, and tells what each receiver answered. Refuses: forbidden with a key of one project. */
  testNotifiers: (options: CallOptions = {}) => call('post', '/api/v1/alerts/test', options),
});
