import type { Instrument } from './instrument.ts';

const AGENT = 'full name of the agent; the first 200 of a replica, then `other`';
const POOL = '`api` or `control`';
/** Most waits for a connection end within a millisecond; DB_CONNECT_TIMEOUT_MS is 5 s. */
const WAITS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5] as const;
/** From one round of the dispatcher to half an hour in the queue. */
const DISPATCH = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800] as const;
/** A runner's poll is held 25 s. */
const REQUESTS = [0.005, 0.025, 0.1, 0.25, 1, 5, 30] as const;
const HEALTH = [0.01, 0.05, 0.1, 0.25, 0.5, 0.8, 1] as const;

/**
 * Everything that WHOOSH measures, by its name without the prefix `whoosh_`; docs/operate/metrics.md is generated from it.
 * What the process itself costs (memory, event loop, collections of garbage) comes from prom-client beside it.
 */
export const INSTRUMENTS = {
  build_info: {
    kind: 'gauge',
    help: 'Always 1; its labels say what runs.',
    labels: { version: 'of WHOOSH', node: 'version of Node' },
  },

  db_pool_connections: {
    kind: 'gauge',
    help: 'Open connections to PostgreSQL.',
    labels: { pool: POOL, state: '`used` or `idle`' },
  },
  db_pool_limit: { kind: 'gauge', help: 'Connections that the pool may open.', labels: { pool: POOL } },
  db_pool_waiting: { kind: 'gauge', help: 'Callers that wait for a connection now.', labels: { pool: POOL } },
  db_pool_wait_seconds: {
    kind: 'histogram',
    help: 'How long callers waited for a connection, or to be refused one.',
    labels: { pool: POOL },
    buckets: WAITS,
  },
  db_errors_total: {
    kind: 'counter',
    help: 'Refusals and lost connections of PostgreSQL.',
    labels: { kind: '`away`, `tls`, `slow`, `full`, `contended`, `read_only` or `resources`' },
  },

  tasks: {
    kind: 'gauge',
    help: 'Unfinished tasks.',
    labels: { state: '`waiting`, `queued`, `leased` or `running`' },
    fleet: true,
  },
  tasks_finished_total: {
    kind: 'counter',
    help: 'Tasks that ended, also those that retention has dropped since migration 0009.',
    labels: { outcome: '`succeeded`, `failed`, `cancelled` or `expired`' },
    fleet: true,
  },
  queue_oldest_age_seconds: {
    kind: 'gauge',
    help: 'How long the oldest claimable task has been claimable; 0 when there is none.',
    labels: {},
    fleet: true,
  },
  dispatch_latency_seconds: {
    kind: 'histogram',
    help: 'From the moment a task could be claimed until this replica claimed it, by the clock of the database.',
    labels: {},
    buckets: DISPATCH,
  },
  attempts_total: {
    kind: 'counter',
    help: 'Attempts that this replica ended.',
    labels: { outcome: '`succeeded`, `failed`, `lost`, `released`, `cancelled` or `expired`' },
  },
  leases_lost_total: {
    kind: 'counter',
    help: 'Leases that this replica took away because their holder stopped renewing them.',
    labels: {},
  },
  zombie_reports_total: {
    kind: 'counter',
    help: 'Reports refused with lease_lost: their attempt was no longer the current one.',
    labels: {},
  },
  orphan_tasks: {
    kind: 'gauge',
    help: 'Unfinished tasks that nothing will wake, at the last audit of this replica.',
    labels: {},
  },
  broken_invariants: {
    kind: 'gauge',
    help: 'What breaks an invariant, at the last audit of this replica.',
    labels: { invariant: '`I1` to `I5`, `I8`, `I9` or `I13`' },
  },

  agents: {
    kind: 'gauge',
    help: 'Agents that were not removed.',
    labels: { status: '`pending`, `online`, `degraded`, `offline`, `draining`, `not_ready` or `parked`' },
    fleet: true,
  },
  agent_up: {
    kind: 'gauge',
    help: 'Whether an approved agent can be reached: 1 or 0; absent when it drains and is away.',
    labels: { agent: AGENT },
    fleet: true,
  },
  agent_slots: {
    kind: 'gauge',
    help: 'Slots of agents that can be reached.',
    labels: { kind: 'kind of agent', state: '`used` or `free`' },
    fleet: true,
  },
  agent_breaker_open: {
    kind: 'gauge',
    help: 'Whether calls of a model server are suspended after too many failures: 1 or 0.',
    labels: { agent: AGENT },
    fleet: true,
  },
  outbound_http_errors_total: {
    kind: 'counter',
    help: 'Calls and probes of model servers by this replica that failed.',
    labels: {
      agent: AGENT,
      kind: '`unreachable`, `transport`, `overloaded`, `bad_key`, `refused`, `result_too_large`, `model_missing`, `protocol` or `timeout`',
    },
  },

  health_component_up: {
    kind: 'gauge',
    help: 'Whether a component is operational: 1 or 0.',
    labels: { component: 'as in /health' },
  },
  health_check_duration_seconds: {
    kind: 'histogram',
    help: 'How long looking at all components took.',
    labels: {},
    buckets: HEALTH,
  },
  http_request_duration_seconds: {
    kind: 'histogram',
    help: 'From the arrival of a request to the end of its answer.',
    labels: {
      method: 'HTTP method',
      route: 'pattern of the path; `unknown` for paths that lead nowhere',
      status: '`2xx`, `3xx`, `4xx` or `5xx`',
    },
    buckets: REQUESTS,
  },
  rate_limited_total: {
    kind: 'counter',
    help: 'Requests answered with 429 because their caller asked too often.',
    labels: { budget: 'name of the limit' },
  },
  alerts: {
    kind: 'gauge',
    help: 'Alerts of the server itself that are not resolved.',
    labels: { rule: 'name of the rule', state: '`open` or `acknowledged`' },
    fleet: true,
  },
  certificate_expires_seconds: {
    kind: 'gauge',
    help: 'When a certificate of this replica expires, in seconds since 1970.',
    labels: { certificate: '`tls`' },
  },
} as const satisfies Record<string, Instrument>;
