-- Agents that a replica calls: they have an endpoint instead of a runner, and their attempts are held by the replica.
alter table agents alter column runner_id drop not null;
alter table agents add constraint agents_runner_or_endpoint check ((runner_id is null) = (kind in ('ollama', 'openai')));
create unique index agents_push_name on agents (project_id, name) nulls not distinct
  where runner_id is null and removed_at is null;
-- null: a replica, which holds the attempts of push agents.
alter table holders alter column runner_id drop not null;

-- A value that leaves the database only for what it was given for; sealed with age, so a dump does not reveal it.
create table secrets (
  id uuid primary key,
  project_id uuid references projects (id),
  sealed bytea not null,
  created_by text not null,
  created_at timestamptz not null default now()
);

create table endpoints (
  agent_id uuid primary key references agents (id),
  url text not null,
  key_id uuid references secrets (id),
  -- Words of the operator; what its models can do is in the inventory.
  capabilities text[] not null default '{}',
  -- By model: what a million tokens cost.
  prices jsonb not null default '{}',
  -- null: nobody said that it may be contacted.
  approved_at timestamptz,
  approved_by text,
  version text,
  inventory jsonb not null default '[]',
  -- null: never answered.
  probed_at timestamptz,
  probe_failures smallint not null default 0,
  problem text,
  next_probe_at timestamptz not null default now(),
  -- Calls in a row whose connection failed; at five the breaker opens, until a probe succeeds.
  call_failures smallint not null default 0,
  breaker_opened_at timestamptz
) with (fillfactor = 70);

-- The account of a provider that an agent works on. Agents of the same account share its limits.
alter table agents add column account text;
create table parked_accounts (
  project_id uuid references projects (id),
  account text not null,
  parked_until timestamptz not null,
  reason text not null,
  unique nulls not distinct (project_id, account)
);
