/** now: a test cites it. later: promised, and nothing proves it yet. */
type Requirement = [status: 'now' | 'later', sentence: string];

/**
 * What the product must do. A test, or a check of an example, that proves one says so in its title: `... [G3]`.
 * test/requirements.test.ts fails on an id that is cited and not here, and on one that is here as `now` and cited
 * nowhere. Ids are never given twice.
 */
export const REQUIREMENTS = {
  // Guarantees, in the words of whoever uses WHOOSH.
  G1: ['now', 'A task that was accepted survives SIGKILL of every replica and an immediate restart of PostgreSQL.'],
  G2: ['now', 'An accepted task is started at least once, unless it is cancelled or expires first.'],
  G3: ['now', 'The outcome of a task is recorded exactly once, and only from the attempt that holds the lease now.'],
  G4: ['now', 'After a holder dies, its task can be claimed again within lease, grace and one look of the reaper.'],
  G5: [
    'now',
    'A cancel takes effect at once when nobody holds the task, else at the next heartbeat; after a grace by force.',
  ],
  G6: ['now', 'The clocks of replicas and runners do not matter.'],
  G7: ['now', 'Every documented call may be repeated blindly.'],
  G8: ['now', 'A project cannot starve another, a high priority cannot starve a low one for ever.'],
  G9: ['now', 'Every waiting task can say why it waits.'],

  // Invariants; those with SQL are checked by the auditor too.
  I1: ['now', 'Epochs of a task strictly increase, and each has one holder.'],
  I2: ['now', 'A task has at most one outcome, equal to its state.'],
  I3: ['now', 'What is written about an attempt takes effect only with the current epoch.'],
  I4: ['now', 'A change of state and its event commit together.'],
  I5: ['now', 'The live leases of an agent never exceed its slots.'],
  I6: ['now', 'What was accepted is durable (as G1).'],
  I7: ['now', 'No stored time is compared with the clock of a replica or a runner.'],
  I8: ['now', 'Every unfinished task has something that will wake it.'],
  I9: ['now', 'Attempts never exceed max_attempts, those handed back aside.'],
  I10: ['now', 'Nothing of one project is visible to a credential of another.'],
  I11: ['later', 'Every mutation has one audit row.'],
  I12: ['now', 'Secrets never appear in tasks, logs, events or errors.'],

  // Database.
  DB1: ['now', 'PostgreSQL 15 to 18 by DATABASE_URL; another version or too few connections is told at the start.'],
  DB2: [
    'now',
    'Without DATABASE_URL an own PostgreSQL is started, for root and for a plain user, with a password in a private file.',
  ],
  DB3: ['now', 'A PostgreSQL that a killed server left behind is ended, and one that dies is started again.'],
  DB4: ['now', 'Two servers on one data folder: the second is refused and names the pid of the first.'],
  DB5: ['now', 'A data folder that cannot be used, or a PostgreSQL that cannot start, is refused with the reason.'],
  DB6: ['now', 'Migrations are applied in order under a lock: eight processes that start at once all come up.'],
  DB7: ['now', 'The pool keeps connections, replaces old ones, and never hands out a dead one.'],
  DB8: ['now', 'Every query has a deadline, also on a connection that is half open.'],
  DB9: ['now', 'The process waits for PostgreSQL at its start and lives through its outages.'],
  DB10: ['now', 'A database that is away is 503 unavailable, never 500.'],
  DB11: ['now', 'The schema that migrations make is the one that is in the repository as text.'],
  DB12: ['now', 'In production there is no other database than the one of DATABASE_URL.'],
  DB13: ['now', 'Of several hosts in DATABASE_URL the one that accepts writes is used, and followed when it moves.'],
  DB14: ['now', 'Every connection to the database can be encrypted and checked, as libpq’s TLS parameters say.'],
  DB15: ['now', 'A replica works behind a pooler in transaction mode, such as PgBouncer, with a direct way beside it.'],

  // Tasks.
  T1: ['now', 'Needs name what is required; one function compares them with agents, for claiming and for why.'],
  T2: [
    'now',
    'Needs that nobody could ever satisfy are refused with the nearest reasons, unless the caller allows them.',
  ],
  T3: ['now', 'A batch is accepted whole or not at all; its tasks may depend on one another by name.'],
  T4: [
    'now',
    'Dependencies have a policy (fail, skip, run) for when the other did not succeed; their results can be read.',
  ],
  T5: ['now', 'A failed attempt is retried after a back-off with jitter, until the attempts are used up.'],
  T6: ['now', 'A task that loses its third lease in 72 hours is poison.'],
  T7: ['now', 'Deadlines and attempt time-outs are enforced by the server.'],
  T8: ['now', 'A result is held against the task’s JSON Schema.'],
  T9: ['now', 'What a holder hands back does not count as an attempt.'],
  T10: ['now', 'A person can ask for ended work again: a new task, the old one stays.'],
  T11: ['now', 'A project has a cap of unfinished tasks.'],
  T12: ['now', 'A result may be 1 MiB, an input 256 KiB, a log line 16 KiB, a log 10 MiB, an artifact 100 MiB.'],
  T13: ['now', 'Concurrent callers are joined into one statement and answered apart.'],
  T14: ['now', 'Replicas have no leader: any number of them claim, reap, wake and tell at once.'],
  T15: ['now', 'After an outage no lease is taken away before the database was reachable for a whole lease.'],
  T16: ['now', 'Old tasks are dropped in parts, with all that belongs to them and nothing that is still needed.'],
  T17: ['now', 'Memory does not grow with the number of tasks ever seen.'],
  T18: ['now', 'An agent that drains, was removed or was replaced gets no work.'],
  T19: ['now', 'Events are told on any replica, in order, none lost and none twice.'],

  // Runners and command agents.
  R1: ['now', 'An enrolment token is short-lived and makes one runner.'],
  R2: ['now', 'A runner’s credential is for its owner only, and is renewed.'],
  R3: ['now', 'agents.yaml says what the agents are; each mistake is named with its line.'],
  R4: ['now', 'A command gets its prompt by stdin, file or arguments, never through a shell.'],
  R5: ['now', 'A command sees only the environment that is allowed.'],
  R6: ['now', 'Nothing of a finished attempt keeps running: SIGTERM, then SIGKILL, to all it started.'],
  R7: ['now', 'A git workspace is a worktree of its own on a branch of its own; commits and patch are kept.'],
  R8: ['now', 'A result is on disk before it is sent, and survives outages of the server and ends of the runner.'],
  R9: ['now', 'A runner that has lost a lease stops the work and drops its result.'],
  R10: ['now', 'A runner that is asked to stop finishes or hands back its work, and ends with 0.'],
  R11: ['now', 'A newer process of a runner replaces the older one.'],

  // Model servers.
  P1: ['now', 'A model server is contacted only after somebody approved its address; another address needs it again.'],
  P2: ['now', 'What a model server has is what it tells: models, capabilities, context, size, what is loaded.'],
  P3: [
    'now',
    'A model server that fails gets no work until it answers: tasks wait, none fails for it, and why says so.',
  ],
  P4: ['now', 'What a model writes is in the log as it comes.'],
  P5: ['now', 'JSON by schema is asked of the model, checked, and repaired once when the task wants it.'],
  P6: ['now', 'An attempt says its tokens, times and what it cost.'],
  P7: ['now', 'Work prefers the model server that has the model in memory, then the least loaded.'],
  P8: ['now', 'Any replica calls model servers; together they keep the slots, and a dead replica’s work moves.'],
  P9: ['now', 'A call ends, with its socket, when it is cancelled or its agent goes.'],
  P10: ['now', 'An answer counts only when it is whole and of its protocol.'],
  E1: [
    'now',
    'No address that a person gives leads where the policy forbids, however it is written, resolved or redirected.',
  ],
  E2: ['now', 'An answer that is endless, silent, dripping or a bomb costs bounded time and memory.'],

  // Coding agents.
  K1: ['now', 'What a coding agent says and does is a transcript of structured events.'],
  K2: ['now', 'What a coding agent may do is decided by rules, else by a person.'],
  K3: ['now', 'Files and terminals that a coding agent asks for stay in its workspace.'],
  K4: ['now', 'A coding agent is asked to end, then ended with all it started.'],
  K5: ['now', 'A coding agent that nobody signed in is not ready and says how; its tasks do not fail.'],
  K6: ['now', 'A provider’s limit parks the account until its time, for all agents of the account.'],
  K7: ['now', 'A finished task can be continued in its session and workspace.'],
  K8: ['now', 'A person can tell running work something.'],
  K9: ['now', 'A coding agent that misbehaves fails its attempt and nothing else.'],

  // Questions, approvals, attempt tokens.
  I13: ['now', 'No question of an ended task is pending.'],
  Q1: ['now', 'Running work can ask a person; who asked and who answered is on record.'],
  Q2: ['now', 'While work waits for an answer its lease lives and its clock stands still.'],
  Q3: ['now', 'A question and its answer outlive the server and the runner, and nobody is asked twice.'],
  Q4: ['now', 'An answer arrives within one heartbeat, on any replica.'],
  Q5: ['now', 'A question may expire, with a default answer.'],
  Q6: ['now', 'A task, or every task of a project, may wait for an approval.'],
  AT1: ['now', 'The token of an attempt can do what the attempt may, and dies with its lease.'],
  AT2: ['now', 'Sub-tasks are bounded in depth and number and get no more than their parent has.'],
  AT3: ['now', 'An attempt can say how far it is.'],

  // Interfaces.
  A1: ['now', 'The OpenAPI document tells of every route, and the SDK is typed from it.'],
  A2: ['now', 'The documentation page works without the internet.'],
  A3: ['now', 'A refusal is a problem document with a code, and names each field that is wrong.'],
  A4: ['now', 'A route that does not say who may call it fails the build.'],
  A5: ['now', 'An event stream is resumed on any replica, and cut when its credential is revoked.'],
  A6: ['now', 'Keys are revoked at once on every replica and rotated without a gap.'],
  A7: ['now', 'Under load lists are refused first, heartbeats and reports last.'],
  A8: ['now', 'Health tells the truth about each component and about whether work moves.'],
  A9: ['now', 'A replica that drains is not ready and serves only what running work needs.'],
  C1: ['now', 'The CLI works on a terminal, in a pipe and as JSON, with documented exit codes.'],
  C2: ['now', 'The doctor says what is wrong and how to mend it.'],
  C3: ['now', 'The first start makes an admin key for its user only; the CLI there uses it by itself.'],

  // Traces.
  TR1: [
    'now',
    'One trace leads from the request that submits to the end of the work, and holds no prompt, result or secret.',
  ],
  TR2: ['now', 'Tracing is off by default and costs work nothing, also when the collector is dead.'],

  // Bad input.
  B1: ['now', 'Malformed, deep or huge JSON is refused before it costs anything.'],
  B2: ['now', 'Unknown fields are refused by name.'],
  B3: ['now', 'Dependency cycles, unknown ids and ids of other projects are refused and named.'],
  B4: ['now', 'A deadline in the past is refused, by the database’s clock.'],
  B5: ['now', 'A schema or a result that would take for ever stops neither the server nor others.'],
  B6: ['now', 'A command that is missing is told as such.'],
  B7: ['now', 'A command that prints without end costs neither memory nor disk.'],
  B8: ['now', 'A command that forks and hangs, or ignores SIGTERM, is ended.'],
  B9: ['now', 'A repository or a ref that does not exist is told as such.'],
  B10: ['now', 'A full disk on the runner fails the attempt, and another one may try.'],
  B11: ['now', 'A runner with a wrong clock works like any other.'],
  B12: ['now', 'NUL and lone surrogates, in requests and in output, do not strand anything.'],
  B13: ['now', 'What one caller sends cannot fail the calls of others that travel with it.'],

  // Back-ups.
  BK1: [
    'now',
    'A back-up taken while servers work has all that was accepted before it, and restored it keeps every promise.',
  ],
  BK2: ['now', 'A back-up is whole or not there; a damaged one is refused before anything is touched.'],
  BK3: ['now', 'A restore replaces nothing and overtakes no server unless it is told to.'],
  BK4: [
    'now',
    'After a restore nothing counts that was done before it by whoever still holds work; the work is done again.',
  ],
  BK5: ['now', 'Events are followed in order after a restore; who remembers the history before is told to start over.'],
  U1: ['now', 'The release before and this one work side by side on one schema: nothing is lost, one outcome each.'],
  U2: ['now', 'A version starts on the schema of the next one, so that an upgrade can be rolled back.'],

  // The seed: what the repair list of the system before this one demands, a line each. docs/operate/seed-checklist.md.
  S1: ['now', 'In production there is PostgreSQL and no silent fall-back to another database.'],
  S2: ['now', 'The pool keeps 10 connections and opens up to 20 more; both are settings.'],
  S3: ['now', 'Connections are replaced after 3600 s, which is a setting.'],
  S4: ['now', 'A pooled connection that died is noticed and replaced before a request sees it.'],
  S5: [
    'now',
    'Connecting is repeated with back-off, at the start and after an outage; the process waits and does not die.',
  ],
  S6: [
    'now',
    'Connections are validated, and errors of the database are handled with their context and never swallowed.',
  ],
  S7: [
    'now',
    'Migrations are applied before serving, safely when several replicas start at once, or alone by a command.',
  ],
  S8: ['now', 'The order of a start is explicit; a failure ends what had started and says what failed.'],
  S9: [
    'now',
    'On SIGTERM and SIGINT running work is finished, handed back or cancelled, and nothing leaks; an init passes them on.',
  ],
  S10: ['now', '/health tests each component and answers 200 when all are operational, else 503 with the detail.'],
  S11: ['now', '/health neither crashes nor hangs because a component is ill.'],
  S12: ['now', 'Health is probed every 30 s, for 10 s at most, after a grace of 60 s at the start.'],
  S13: [
    'now',
    'Calls of agents share connections and have explicit time-outs; errors of the first contact are handled.',
  ],
  S14: ['now', 'At shutdown running tasks are cancelled or handed over; every path of errors cleans up.'],
  S15: ['now', 'Memory does not grow with the number of tasks ever seen.'],
  S16: [
    'now',
    'Every variable of the environment has a documented default, or the server refuses to start and names it.',
  ],
  S17: ['now', 'The image runs as nobody special, with an init as PID 1, a health check, and one process.'],
  S18: ['now', 'Two replicas stay 2/2 healthy, each within 512 MB and half a core.'],
  S19: ['now', 'Copying .env.production, migrating, building, running and asking /health works as it is written.'],
  S22: ['now', 'Logs are JSON lines, and the four patterns can be found in them.'],
  S20: ['now', 'Prometheus metrics are served at /api/metrics.'],
  S21: ['now', 'Metrics tell pool usage, task success, outbound HTTP errors, memory and the time of the health check.'],
  S23: ['now', 'Failed health checks, and what the metrics watch, raise alerts by rules that are shipped.'],
  S24: ['now', 'No secret is in the repository; secrets are given as files and kept sealed.'],
  S25: ['now', 'Every credential can be rotated without downtime.'],
  S26: ['now', 'Roles decide what a credential may do.'],
  S27: ['now', 'Production serves HTTPS, or stands behind a proxy that does.'],
  S28: ['now', 'Callers are limited in their rate.'],
  S29: ['now', 'Origins of browsers are listed, and not localhost only.'],
  S30: ['now', 'Network policies keep pods apart.'],
  S31: ['now', 'There are a coordinator, agents, tasks and projects.'],
  S32: ['later', 'A project is set up by its members, with its repository and rules.'],
  S33: ['later', 'There are templates of projects and of tasks.'],
  S34: ['later', 'There are members with roles in projects.'],
  S35: ['now', 'AI models are known, chosen and called.'],
  S36: ['later', 'The BZZZ peer agents’ contract is served.'],
  S37: ['later', 'There is an MCP server with tools and resources.'],
  S38: ['later', 'There is a web frontend.'],
  S39: ['now', 'Secrets are sealed with age.'],
  S40: ['later', 'Context stands at UCXL addresses.'],
  S41: ['now', 'There are test suites for security, performance and integration.'],
  S42: ['now', 'There is a production Docker set-up.'],
  S43: ['now', 'There is documentation, with guides for setting up and for operating.'],
} as const satisfies Record<string, Requirement>;
