-- The append-only record; written in the transaction of the change it tells of. Readers follow (xid, seq) and stop at
-- the oldest transaction still open: seq alone would let a reader pass a row that commits late and never see it.
create table events (
  xid xid8 not null default pg_current_xact_id(),
  seq bigint generated always as identity,
  at timestamptz not null default now(),
  project_id uuid,
  task_id uuid,
  type text not null,
  actor text not null,
  data json,
  primary key (xid, seq)
);
create index events_of_task on events (task_id, xid, seq) where task_id is not null;
create index events_retention on events (at);
