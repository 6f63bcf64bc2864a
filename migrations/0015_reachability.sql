-- Since when some replica has reached the database without a break, and when one last did: docs/decisions/0012.
create table reachability (
  id boolean primary key default true check (id),
  since timestamptz not null,
  last_ok timestamptz not null
);
