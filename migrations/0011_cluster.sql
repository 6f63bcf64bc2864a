-- epoch: which run of history this database is. A restore begins another one: what anybody remembers of the one before, such as
-- the place in an event stream, is void. 1 until then; after it the second of the restore, so that two restores of one
-- back-up differ as well.
create table cluster (
  one boolean primary key default true check (one),
  epoch bigint not null default 1,
  -- The last migration that a version must know to work on this schema. One that takes away what versions before it use
  -- sets it to their successor; until then an older version may start, so that an upgrade can be rolled back.
  works_from text not null default '0008_fewer_index_entries'
);
insert into cluster default values;
