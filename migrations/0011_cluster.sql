-- Which run of history this database is. A restore begins another one: what anybody remembers of the one before, such as
-- the place in an event stream, is void. 1 until then; after it the second of the restore, so that two restores of one
-- back-up differ as well.
create table cluster (
  one boolean primary key default true check (one),
  epoch bigint not null default 1
);
insert into cluster default values;
