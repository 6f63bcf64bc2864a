-- Work that asks, waits for a person, is told something while it runs, and makes more work.
create table questions (
  id uuid primary key,
  task_id uuid not null,
  project_id uuid not null,
  -- The attempt that asked, the last one when several did.
  epoch integer not null,
  -- By it an attempt that asks again what an earlier one asked finds the same question, and its answer.
  key text not null,
  kind text not null check (kind in ('question', 'permission')),
  title text not null,
  detail text,
  options json not null,
  allow_text boolean not null,
  state text not null default 'pending' check (state in ('pending', 'answered', 'dismissed', 'expired')),
  answer json,
  answered_by text,
  answered_at timestamptz,
  default_answer json,
  asked_at timestamptz not null default now(),
  expires_at timestamptz,
  unique (task_id, key)
);
create index questions_inbox on questions (project_id, id) where state = 'pending';
create index questions_expiry on questions (expires_at) where state = 'pending' and expires_at is not null;

alter table live_tasks add column awaiting_since timestamptz;
-- How long the attempt has waited for answers before; its clock stood still then.
alter table live_tasks add column awaited_ms bigint not null default 0;
-- Counts as one open dependency until somebody approves.
alter table live_tasks add column needs_approval boolean not null default false;

alter table tasks add column call json;
alter table tasks add column requires_approval boolean not null default false;
alter table tasks add column parent_id uuid;
alter table tasks add column depth smallint not null default 0;
alter table tasks add column continues uuid;
create index tasks_children on tasks (parent_id, id) where parent_id is not null;

alter table attempts add column progress_percent smallint;
alter table attempts add column progress_text text;
-- What a later task needs to go on where this attempt ended.
alter table attempts add column session json;
alter table attempt_logs drop constraint attempt_logs_stream_check;
alter table attempt_logs add constraint attempt_logs_stream_check
  check (stream in ('stdout', 'stderr', 'system', 'transcript'));

-- What a person says to running work.
create table task_messages (
  task_id uuid not null,
  seq integer not null,
  text text not null,
  sent_by text not null,
  sent_at timestamptz not null default now(),
  -- The attempt that has taken it.
  taken_by integer,
  primary key (task_id, seq)
);

alter table projects add column requires_approval boolean not null default false;
alter table projects add column permission_rules jsonb not null default '[]';
