-- How many requests of one address all replicas have admitted in its minute. Nothing here is worth a WAL record: after a
-- crash everybody begins anew. Each replica adds what it has counted, once a second at most.
create unlogged table rate_counts (
  subject text primary key,
  started_at timestamptz not null default now(),
  count integer not null
) with (fillfactor = 50);
