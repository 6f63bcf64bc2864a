-- A project is the unit of isolation: its tasks, agents and keys are invisible to credentials of another.
create table projects (
  id uuid primary key,
  -- The BZZZ contract knows projects by a small integer.
  number integer generated always as identity unique,
  slug text not null unique,
  name text not null,
  -- Share of the fleet when several projects have work: twice the weight, twice the running tasks.
  weight smallint not null default 1 check (weight between 1 and 100),
  max_unfinished_tasks integer not null default 10000 check (max_unfinished_tasks > 0),
  created_at timestamptz not null default now()
);

-- Work that names no project goes here, so that the first task needs no set-up.
insert into projects (id, slug, name) values ('00000000-0000-7000-8000-000000000000', 'default', 'Default');

-- Machine credentials of people and programs. The secret is 256 random bits, so a plain SHA-256 of it is enough.
create table api_keys (
  id text primary key,
  project_id uuid references projects,
  role text not null check (role in ('admin', 'developer', 'viewer')),
  name text not null,
  secret_hash bytea not null,
  -- After a rotation both secrets are live until this one ends.
  previous_secret_hash bytea,
  previous_secret_until timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
