-- One grant of one task to one holder.
create table attempts (
  task_id uuid not null,
  epoch integer not null,
  project_id uuid not null,
  agent_id uuid not null,
  holder_id uuid not null,
  token_hash bytea not null,
  claimed_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  -- null while it holds the lease; then how it ended
  outcome text check (outcome in ('succeeded', 'failed', 'lost', 'released', 'cancelled', 'expired')),
  -- Hash of the report that ended it: tells a repeated report from a conflicting one. null when nobody reported.
  report_hash bytea,
  error json,
  usage json,
  log_bytes integer not null default 0,
  primary key (task_id, epoch)
) with (fillfactor = 80);

-- At most one a task: the primary key is the promise "recorded exactly once".
create table outcomes (
  task_id uuid primary key,
  project_id uuid not null,
  state text not null check (state in ('succeeded', 'failed', 'cancelled', 'expired')),
  reason text,
  epoch integer not null,
  agent_id uuid,
  result json,
  error json,
  finished_at timestamptz not null default now()
);
create index outcomes_of_project on outcomes (project_id, finished_at desc);
create index outcomes_retention on outcomes (finished_at);
-- For lists by state: among millions of successes a failure would be far.
create index outcomes_unsuccessful on outcomes (state, task_id desc) where state <> 'succeeded';

create table attempt_logs (
  task_id uuid not null,
  epoch integer not null,
  seq integer not null,
  stream text not null check (stream in ('stdout', 'stderr', 'system')),
  text text not null,
  at timestamptz not null default now(),
  primary key (task_id, epoch, seq)
);

create table artifacts (
  id uuid primary key,
  task_id uuid not null,
  epoch integer not null,
  name text not null,
  content_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  created_at timestamptz not null default now(),
  unique (task_id, epoch, name)
);

-- Written before the artifact's own row, which makes them count; chunks of an upload that broke off are swept by their
-- id, which holds its time.
create table artifact_chunks (
  artifact_id uuid not null,
  seq integer not null,
  bytes bytea not null,
  primary key (artifact_id, seq)
);
alter table artifact_chunks alter column bytes set storage external;
