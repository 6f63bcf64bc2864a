-- How many tasks of each project have ended how, so that nobody has to count 10 million outcomes. Kept up out of band: a
-- replica counts the events of ends that stand after a place in the record and moves the place. No statement that ends a
-- task touches these tables.
create table task_totals (
  project_id uuid not null,
  outcome text not null check (outcome in ('succeeded', 'failed', 'cancelled', 'expired')),
  total bigint not null,
  primary key (project_id, outcome)
) with (fillfactor = 50);

-- Every event up to here is counted; who moves it holds its row.
create table task_totals_place (
  one boolean primary key default true check (one),
  xid xid8 not null,
  seq bigint not null
) with (fillfactor = 50);

-- What retention has dropped before is not in it. One statement, so one snapshot: what it sees and what the place leaves to
-- be counted are complements, though tasks end while this runs. Ends at or after the place are taken off: they are still to come.
with counted as (
  insert into task_totals (project_id, outcome, total)
  select project_id, outcome, sum(ends) from (
    select project_id, state as outcome, count(*) as ends from outcomes group by 1, 2
    union all
    select project_id, substr(type, 6), -count(*) from events
    where xid >= pg_snapshot_xmin(pg_current_snapshot())
      and type in ('task.succeeded', 'task.failed', 'task.cancelled', 'task.expired')
    group by 1, 2
  ) known
  group by 1, 2 having sum(ends) > 0
)
insert into task_totals_place (xid, seq) values (pg_snapshot_xmin(pg_current_snapshot()), 0);
