-- What an operator has to look at. A condition that holds has one alert, until that is resolved.
create table alerts (
  id uuid primary key,
  rule text not null,
  -- What it is about: the id of an agent, a component of a replica, the queue.
  subject text not null,
  -- null: it concerns the whole fleet, and only credentials for all projects see it.
  project_id uuid references projects (id),
  severity text not null check (severity in ('warning', 'critical')),
  state text not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
  summary text not null,
  detail text,
  opened_at timestamptz not null default now(),
  -- When a replica last saw that the condition holds. Nobody sees it for a while: it is over.
  last_seen_at timestamptz not null default now(),
  -- How often it has opened; again within the cool-down it is the same alert.
  count integer not null default 1,
  -- When notifications were last made; the cool-down begins there.
  notified_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at timestamptz,
  resolved_by text
);
create unique index alerts_unresolved on alerts (rule, subject) where state <> 'resolved';
create index alerts_of_subject on alerts (rule, subject, id desc);
create index alerts_retention on alerts (resolved_at) where state = 'resolved';

-- One message for one receiver, made in the transaction that opens the alert: a crash in between loses none.
create table alert_deliveries (
  -- The receiver is given it with every try, so that it can tell a repetition.
  id uuid primary key,
  alert_id uuid not null references alerts (id) on delete cascade,
  notifier text not null,
  message json not null,
  attempts smallint not null default 0,
  next_attempt_at timestamptz not null default now(),
  delivered_at timestamptz,
  gave_up_at timestamptz,
  -- What the receiver said to the last try, or why there was no answer.
  answer text,
  created_at timestamptz not null default now()
);
create index alert_deliveries_of_alert on alert_deliveries (alert_id);
create index alert_deliveries_due on alert_deliveries (next_attempt_at) where delivered_at is null and gave_up_at is null;
