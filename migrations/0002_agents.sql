create table runners (
  id uuid primary key,
  project_id uuid references projects,
  name text not null,
  secret_hash bytea not null,
  previous_secret_hash bytea,
  previous_secret_until timestamptz,
  version text,
  hostname text,
  os text,
  -- The process that speaks for this runner now; an older one is refused with session_superseded.
  holder_id uuid,
  last_seen_at timestamptz,
  removed_at timestamptz,
  created_at timestamptz not null default now()
);

-- Single use, short-lived: whoever holds one may become a runner once.
create table enrolment_tokens (
  id text primary key,
  project_id uuid references projects,
  secret_hash bytea not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  runner_id uuid references runners
);

-- One process start of a runner. Kept so that a result found in an outbox after a restart still has an owner.
create table holders (
  id uuid primary key,
  runner_id uuid not null references runners,
  started_at timestamptz not null default now(),
  ended_at timestamptz
);
create index holders_runner on holders (runner_id);

create table agents (
  id uuid primary key,
  -- null: serves every project
  project_id uuid references projects,
  runner_id uuid not null references runners,
  kind text not null,
  name text not null,
  capabilities text[] not null default '{}',
  models text[] not null default '{}',
  labels jsonb not null default '{}',
  draining boolean not null default false,
  -- Why the runner says it cannot start this agent now; null when it can.
  not_ready_reason text,
  removed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (runner_id, name)
);

-- Capacity, apart from agents because every claim and every outcome writes it. Claims lock this row, which is what
-- keeps an agent with one slot from getting two tasks: `skip locked` on the task alone let that happen.
create table agent_slots (
  agent_id uuid primary key references agents,
  max_concurrent smallint not null check (max_concurrent between 1 and 1000),
  used smallint not null default 0 check (used >= 0)
) with (fillfactor = 50);
