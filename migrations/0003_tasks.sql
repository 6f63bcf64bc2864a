-- Tasks with equal needs share a class, so that matching is agent x class, decided once.
create table needs_classes (
  id bigint generated always as identity primary key,
  hash bytea not null unique,
  needs jsonb not null
);

-- A queue is a (project, class) pair.
create table queues (
  project_id uuid not null,
  class_id bigint not null,
  -- Claims since its oldest task was last taken: at nine the next one takes it (fairness).
  since_oldest smallint not null default 0,
  last_used_at timestamptz not null default now(),
  primary key (project_id, class_id)
) with (fillfactor = 50);

-- What somebody asked for; written once. No foreign keys here and below on what is written for every task: each would
-- lock a shared row (the project) in every submit.
create table tasks (
  id uuid primary key,
  project_id uuid not null,
  class_id bigint not null,
  title text not null,
  prompt text,
  -- json, not jsonb: 1e20000 as jsonb reads back as 6 MB, and jsonb refuses what an agent may say.
  input json,
  needs jsonb not null,
  labels jsonb not null default '{}',
  priority smallint not null,
  workspace jsonb not null,
  result_schema json,
  max_attempts smallint not null,
  backoff_base_ms integer not null,
  backoff_cap_ms integer not null,
  attempt_timeout_ms integer,
  available_at timestamptz,
  queue_deadline_at timestamptz,
  deadline_at timestamptz,
  idempotency_key text,
  fingerprint bytea not null,
  retried_from uuid,
  submitted_by text not null,
  created_at timestamptz not null default now()
);
create unique index tasks_idempotency on tasks (project_id, idempotency_key) where idempotency_key is not null;
create index tasks_of_project on tasks (project_id, id desc);

-- The hot path: unfinished tasks only, narrow, updated in place. `state` and `lease_expires_at` are in no index, so
-- that a start or a heartbeat rewrites no index (HOT).
create table live_tasks (
  id uuid primary key,
  project_id uuid not null,
  class_id bigint not null,
  state text not null check (state in ('waiting', 'queued', 'leased', 'running')),
  -- May be claimed this moment: queued, and not backing off.
  ready boolean not null,
  priority smallint not null,
  slots smallint not null,
  available_at timestamptz not null,
  open_dependencies smallint not null default 0,
  has_dependants boolean not null default false,
  has_result_schema boolean not null,
  epoch integer not null default 0,
  attempts smallint not null default 0,
  max_attempts smallint not null,
  backoff_base_ms integer not null,
  backoff_cap_ms integer not null,
  attempt_timeout_ms integer,
  agent_id uuid,
  holder_id uuid,
  claimed_at timestamptz,
  started_at timestamptz,
  lease_expires_at timestamptz,
  cancel_requested_at timestamptz,
  queue_deadline_at timestamptz,
  deadline_at timestamptz,
  check ((holder_id is null) = (state in ('waiting', 'queued'))),
  check (not ready or state = 'queued')
) with (fillfactor = 70);
create index live_tasks_claim on live_tasks (project_id, class_id, priority desc, id) where ready;
create index live_tasks_oldest on live_tasks (project_id, class_id, id) where ready;
-- For the cap: without it a submit to a quiet project read all tasks of the others (60 ms at 400,000). Never changes.
create index live_tasks_cap on live_tasks (project_id);
create index live_tasks_wake on live_tasks (available_at) where not ready and holder_id is null and open_dependencies = 0;
create index live_tasks_held on live_tasks (holder_id) where holder_id is not null;
create index live_tasks_cancel on live_tasks (cancel_requested_at) where cancel_requested_at is not null;
create index live_tasks_deadline on live_tasks (deadline_at) where deadline_at is not null;
create index live_tasks_queue_deadline on live_tasks (queue_deadline_at) where queue_deadline_at is not null;

create table task_dependencies (
  task_id uuid not null,
  depends_on uuid not null,
  -- What becomes of task_id when depends_on ends without success.
  policy text not null check (policy in ('fail', 'skip', 'run')),
  name text not null,
  -- Until the coordinator has told task_id how depends_on ended; flips once, so telling twice does no harm.
  open boolean not null default true,
  primary key (task_id, depends_on)
);
create index task_dependencies_open on task_dependencies (depends_on) where open;

-- Finished tasks whose dependants have not been told yet; the coordinator empties it.
create table settlements (
  task_id uuid primary key
);
