table agent_slots (
  agent_id uuid not null,
  max_concurrent smallint not null,
  used smallint not null default 0,
  constraint agent_slots_pkey PRIMARY KEY (agent_id),
  constraint agent_slots_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id),
  constraint agent_slots_max_concurrent_check CHECK (max_concurrent >= 1 AND max_concurrent <= 1000),
  constraint agent_slots_used_check CHECK (used >= 0)
) with (fillfactor=50);

table agents (
  id uuid not null,
  project_id uuid,
  runner_id uuid,
  kind text not null,
  name text not null,
  capabilities text[] not null default '{}'::text[],
  models text[] not null default '{}'::text[],
  labels jsonb not null default '{}'::jsonb,
  draining boolean not null default false,
  not_ready_reason text,
  removed_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  account text,
  constraint agents_pkey PRIMARY KEY (id),
  constraint agents_runner_id_name_key UNIQUE (runner_id, name),
  constraint agents_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint agents_runner_id_fkey FOREIGN KEY (runner_id) REFERENCES runners(id),
  constraint agents_runner_or_endpoint CHECK ((runner_id IS NULL) = (kind = ANY (ARRAY['ollama'::text, 'openai'::text])))
);
CREATE UNIQUE INDEX agents_push_name ON agents USING btree (project_id, name) NULLS NOT DISTINCT WHERE ((runner_id IS NULL) AND (removed_at IS NULL));

table alert_deliveries (
  id uuid not null,
  alert_id uuid not null,
  notifier text not null,
  message json not null,
  attempts smallint not null default 0,
  next_attempt_at timestamp with time zone not null default now(),
  delivered_at timestamp with time zone,
  gave_up_at timestamp with time zone,
  answer text,
  created_at timestamp with time zone not null default now(),
  constraint alert_deliveries_pkey PRIMARY KEY (id),
  constraint alert_deliveries_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(id) ON DELETE CASCADE
);
CREATE INDEX alert_deliveries_due ON alert_deliveries USING btree (next_attempt_at) WHERE ((delivered_at IS NULL) AND (gave_up_at IS NULL));
CREATE INDEX alert_deliveries_of_alert ON alert_deliveries USING btree (alert_id);

table alerts (
  id uuid not null,
  rule text not null,
  subject text not null,
  project_id uuid,
  severity text not null,
  state text not null default 'open'::text,
  summary text not null,
  detail text,
  opened_at timestamp with time zone not null default now(),
  last_seen_at timestamp with time zone not null default now(),
  count integer not null default 1,
  notified_at timestamp with time zone,
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  resolved_at timestamp with time zone,
  resolved_by text,
  constraint alerts_pkey PRIMARY KEY (id),
  constraint alerts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint alerts_severity_check CHECK (severity = ANY (ARRAY['warning'::text, 'critical'::text])),
  constraint alerts_state_check CHECK (state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text]))
);
CREATE INDEX alerts_of_subject ON alerts USING btree (rule, subject, id DESC);
CREATE INDEX alerts_retention ON alerts USING btree (resolved_at) WHERE (state = 'resolved'::text);
CREATE UNIQUE INDEX alerts_unresolved ON alerts USING btree (rule, subject) WHERE (state <> 'resolved'::text);

table api_keys (
  id text not null,
  project_id uuid,
  role text not null,
  name text not null,
  secret_hash bytea not null,
  previous_secret_hash bytea,
  previous_secret_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint api_keys_role_check CHECK (role = ANY (ARRAY['admin'::text, 'developer'::text, 'viewer'::text]))
);

table artifact_chunks (
  artifact_id uuid not null,
  seq integer not null,
  bytes bytea not null storage external,
  constraint artifact_chunks_pkey PRIMARY KEY (artifact_id, seq)
);

table artifacts (
  id uuid not null,
  task_id uuid not null,
  epoch integer not null,
  name text not null,
  content_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  created_at timestamp with time zone not null default now(),
  constraint artifacts_pkey PRIMARY KEY (id),
  constraint artifacts_task_id_epoch_name_key UNIQUE (task_id, epoch, name)
);

table attempt_logs (
  task_id uuid not null,
  epoch integer not null,
  seq integer not null,
  stream text not null,
  text text not null,
  at timestamp with time zone not null default now(),
  constraint attempt_logs_pkey PRIMARY KEY (task_id, epoch, seq),
  constraint attempt_logs_stream_check CHECK (stream = ANY (ARRAY['stdout'::text, 'stderr'::text, 'system'::text, 'transcript'::text]))
);

table attempts (
  task_id uuid not null,
  epoch integer not null,
  project_id uuid not null,
  agent_id uuid not null,
  holder_id uuid not null,
  token_hash bytea not null,
  claimed_at timestamp with time zone not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  outcome text,
  report_hash bytea,
  error json,
  usage json,
  log_bytes integer not null default 0,
  progress_percent smallint,
  progress_text text,
  session json,
  constraint attempts_pkey PRIMARY KEY (task_id, epoch),
  constraint attempts_outcome_check CHECK (outcome = ANY (ARRAY['succeeded'::text, 'failed'::text, 'lost'::text, 'released'::text, 'cancelled'::text, 'expired'::text]))
) with (fillfactor=80);

table cluster (
  one boolean not null default true,
  epoch bigint not null default 1,
  works_from text not null default '0008_fewer_index_entries'::text,
  constraint cluster_pkey PRIMARY KEY (one),
  constraint cluster_one_check CHECK (one)
);

table endpoints (
  agent_id uuid not null,
  url text not null,
  key_id uuid,
  capabilities text[] not null default '{}'::text[],
  prices jsonb not null default '{}'::jsonb,
  approved_at timestamp with time zone,
  approved_by text,
  version text,
  inventory jsonb not null default '[]'::jsonb,
  probed_at timestamp with time zone,
  probe_failures smallint not null default 0,
  problem text,
  next_probe_at timestamp with time zone not null default now(),
  call_failures smallint not null default 0,
  breaker_opened_at timestamp with time zone,
  constraint endpoints_pkey PRIMARY KEY (agent_id),
  constraint endpoints_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id),
  constraint endpoints_key_id_fkey FOREIGN KEY (key_id) REFERENCES secrets(id)
) with (fillfactor=70);

table enrolment_tokens (
  id text not null,
  project_id uuid,
  secret_hash bytea not null,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  runner_id uuid,
  constraint enrolment_tokens_pkey PRIMARY KEY (id),
  constraint enrolment_tokens_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint enrolment_tokens_runner_id_fkey FOREIGN KEY (runner_id) REFERENCES runners(id)
);

table events (
  xid xid8 not null default pg_current_xact_id(),
  seq bigint not null generated always as identity,
  at timestamp with time zone not null default now(),
  project_id uuid,
  task_id uuid,
  type text not null,
  actor text not null,
  data json,
  constraint events_pkey PRIMARY KEY (xid, seq)
);
CREATE INDEX events_of_task ON events USING btree (task_id, xid, seq) WHERE (task_id IS NOT NULL);

table holders (
  id uuid not null,
  runner_id uuid,
  started_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint holders_pkey PRIMARY KEY (id),
  constraint holders_runner_id_fkey FOREIGN KEY (runner_id) REFERENCES runners(id)
);
CREATE INDEX holders_runner ON holders USING btree (runner_id);

table live_tasks (
  id uuid not null,
  project_id uuid not null,
  class_id bigint not null,
  state text not null,
  ready boolean not null,
  priority smallint not null,
  slots smallint not null,
  available_at timestamp with time zone not null,
  open_dependencies smallint not null default 0,
  has_dependants boolean not null default false,
  has_result_schema boolean not null,
  epoch integer not null default 0,
  attempts smallint not null default 0,
  max_attempts smallint not null,
  backoff_base_ms integer not null,
  backoff_cap_ms integer not null,
  attempt_timeout_ms integer,
  agent_id uuid,
  holder_id uuid,
  claimed_at timestamp with time zone,
  started_at timestamp with time zone,
  lease_expires_at timestamp with time zone,
  cancel_requested_at timestamp with time zone,
  queue_deadline_at timestamp with time zone,
  deadline_at timestamp with time zone,
  awaiting_since timestamp with time zone,
  awaited_ms bigint not null default 0,
  needs_approval boolean not null default false,
  constraint live_tasks_pkey PRIMARY KEY (id),
  constraint live_tasks_check CHECK ((holder_id IS NULL) = (state = ANY (ARRAY['waiting'::text, 'queued'::text]))),
  constraint live_tasks_check1 CHECK (NOT ready OR state = 'queued'::text),
  constraint live_tasks_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'queued'::text, 'leased'::text, 'running'::text]))
) with (fillfactor=70);
CREATE INDEX live_tasks_cancel ON live_tasks USING btree (cancel_requested_at) WHERE (cancel_requested_at IS NOT NULL);
CREATE INDEX live_tasks_claim ON live_tasks USING btree (project_id, class_id, priority DESC, id) WHERE ready;
CREATE INDEX live_tasks_deadline ON live_tasks USING btree (deadline_at) WHERE (deadline_at IS NOT NULL);
CREATE INDEX live_tasks_held ON live_tasks USING btree (holder_id) WHERE (holder_id IS NOT NULL);
CREATE INDEX live_tasks_not_ready ON live_tasks USING btree (project_id) WHERE (NOT ready);
CREATE INDEX live_tasks_oldest ON live_tasks USING btree (project_id, class_id, id) WHERE ready;
CREATE INDEX live_tasks_queue_deadline ON live_tasks USING btree (queue_deadline_at) WHERE (queue_deadline_at IS NOT NULL);
CREATE INDEX live_tasks_wake ON live_tasks USING btree (available_at) WHERE ((NOT ready) AND (holder_id IS NULL) AND (open_dependencies = 0));

table needs_classes (
  id bigint not null generated always as identity,
  hash bytea not null,
  needs jsonb not null,
  constraint needs_classes_pkey PRIMARY KEY (id),
  constraint needs_classes_hash_key UNIQUE (hash)
);

table outcomes (
  task_id uuid not null,
  project_id uuid not null,
  state text not null,
  reason text,
  epoch integer not null,
  agent_id uuid,
  result json,
  error json,
  finished_at timestamp with time zone not null default now(),
  constraint outcomes_pkey PRIMARY KEY (task_id),
  constraint outcomes_state_check CHECK (state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'expired'::text]))
);
CREATE INDEX outcomes_of_project ON outcomes USING btree (project_id, finished_at DESC);
CREATE INDEX outcomes_retention ON outcomes USING btree (finished_at);
CREATE INDEX outcomes_unsuccessful ON outcomes USING btree (state, task_id DESC) WHERE (state <> 'succeeded'::text);

table parked_accounts (
  project_id uuid,
  account text not null,
  parked_until timestamp with time zone not null,
  reason text not null,
  constraint parked_accounts_project_id_account_key UNIQUE NULLS NOT DISTINCT (project_id, account),
  constraint parked_accounts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);

table projects (
  id uuid not null,
  number integer not null generated always as identity,
  slug text not null,
  name text not null,
  weight smallint not null default 1,
  max_unfinished_tasks integer not null default 10000,
  created_at timestamp with time zone not null default now(),
  requires_approval boolean not null default false,
  permission_rules jsonb not null default '[]'::jsonb,
  constraint projects_pkey PRIMARY KEY (id),
  constraint projects_number_key UNIQUE (number),
  constraint projects_slug_key UNIQUE (slug),
  constraint projects_max_unfinished_tasks_check CHECK (max_unfinished_tasks > 0),
  constraint projects_weight_check CHECK (weight >= 1 AND weight <= 100)
);

table questions (
  id uuid not null,
  task_id uuid not null,
  project_id uuid not null,
  epoch integer not null,
  key text not null,
  kind text not null,
  title text not null,
  detail text,
  options json not null,
  allow_text boolean not null,
  state text not null default 'pending'::text,
  answer json,
  answered_by text,
  answered_at timestamp with time zone,
  default_answer json,
  asked_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  constraint questions_pkey PRIMARY KEY (id),
  constraint questions_task_id_key_key UNIQUE (task_id, key),
  constraint questions_kind_check CHECK (kind = ANY (ARRAY['question'::text, 'permission'::text])),
  constraint questions_state_check CHECK (state = ANY (ARRAY['pending'::text, 'answered'::text, 'dismissed'::text, 'expired'::text]))
);
CREATE INDEX questions_expiry ON questions USING btree (expires_at) WHERE ((state = 'pending'::text) AND (expires_at IS NOT NULL));
CREATE INDEX questions_inbox ON questions USING btree (project_id, id) WHERE (state = 'pending'::text);

table queues (
  project_id uuid not null,
  class_id bigint not null,
  since_oldest smallint not null default 0,
  last_used_at timestamp with time zone not null default now(),
  constraint queues_pkey PRIMARY KEY (project_id, class_id)
) with (fillfactor=50);

unlogged table rate_counts (
  subject text not null,
  started_at timestamp with time zone not null default now(),
  count integer not null,
  constraint rate_counts_pkey PRIMARY KEY (subject)
) with (fillfactor=50);

table reachability (
  id boolean not null default true,
  since timestamp with time zone not null,
  last_ok timestamp with time zone not null,
  constraint reachability_pkey PRIMARY KEY (id),
  constraint reachability_id_check CHECK (id)
);

table runners (
  id uuid not null,
  project_id uuid,
  name text not null,
  secret_hash bytea not null,
  previous_secret_hash bytea,
  previous_secret_until timestamp with time zone,
  version text,
  hostname text,
  os text,
  holder_id uuid,
  last_seen_at timestamp with time zone,
  removed_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint runners_pkey PRIMARY KEY (id),
  constraint runners_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);

table secrets (
  id uuid not null,
  project_id uuid,
  sealed bytea not null,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  constraint secrets_pkey PRIMARY KEY (id),
  constraint secrets_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);

table settlements (
  task_id uuid not null,
  constraint settlements_pkey PRIMARY KEY (task_id)
);

table task_dependencies (
  task_id uuid not null,
  depends_on uuid not null,
  policy text not null,
  name text not null,
  open boolean not null default true,
  constraint task_dependencies_pkey PRIMARY KEY (task_id, depends_on),
  constraint task_dependencies_policy_check CHECK (policy = ANY (ARRAY['fail'::text, 'skip'::text, 'run'::text]))
);
CREATE INDEX task_dependencies_open ON task_dependencies USING btree (depends_on) WHERE open;

table task_messages (
  task_id uuid not null,
  seq integer not null,
  text text not null,
  sent_by text not null,
  sent_at timestamp with time zone not null default now(),
  taken_by integer,
  constraint task_messages_pkey PRIMARY KEY (task_id, seq)
);

table task_totals (
  project_id uuid not null,
  outcome text not null,
  total bigint not null,
  constraint task_totals_pkey PRIMARY KEY (project_id, outcome),
  constraint task_totals_outcome_check CHECK (outcome = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'expired'::text]))
) with (fillfactor=50);

table task_totals_place (
  one boolean not null default true,
  xid xid8 not null,
  seq bigint not null,
  constraint task_totals_place_pkey PRIMARY KEY (one),
  constraint task_totals_place_one_check CHECK (one)
) with (fillfactor=50);

table tasks (
  id uuid not null,
  project_id uuid not null,
  class_id bigint not null,
  title text not null,
  prompt text,
  input json,
  needs jsonb not null,
  labels jsonb not null default '{}'::jsonb,
  priority smallint not null,
  workspace jsonb not null,
  result_schema json,
  max_attempts smallint not null,
  backoff_base_ms integer not null,
  backoff_cap_ms integer not null,
  attempt_timeout_ms integer,
  available_at timestamp with time zone,
  queue_deadline_at timestamp with time zone,
  deadline_at timestamp with time zone,
  idempotency_key text,
  fingerprint bytea not null,
  retried_from uuid,
  submitted_by text not null,
  created_at timestamp with time zone not null default now(),
  call json,
  requires_approval boolean not null default false,
  parent_id uuid,
  depth smallint not null default 0,
  continues uuid,
  traceparent text,
  constraint tasks_pkey PRIMARY KEY (id),
  constraint tasks_traceparent_check CHECK (length(traceparent) <= 55)
);
CREATE INDEX tasks_children ON tasks USING btree (parent_id, id) WHERE (parent_id IS NOT NULL);
CREATE UNIQUE INDEX tasks_idempotency ON tasks USING btree (project_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX tasks_of_project ON tasks USING btree (project_id, id DESC);
