import { setTimeout as pause } from 'node:timers/promises';
import { fullName } from '../agents/schema.ts';
import type { Client } from '../client/client.ts';
import { type Event, tellsEnd } from '../client/follow-calls.ts';
import type { LogEntry, Task } from '../client/task-calls.ts';
import type { Io } from './io.ts';
import { eventLine } from './show/event-line.ts';
import { logPrinter } from './show/log-printer.ts';
import { openStatusLine } from './show/status-line.ts';
import { style } from './show/style.ts';

type FollowOptions = {
  /** Milliseconds after which WhooshError `timeout` is thrown. */
  timeoutMs?: number | undefined;
  /** Told every entry of the log. */
  onEntry?: (entry: LogEntry) => void;
};

/** Follows a task to its end: what happens to it goes to standard error, its log where it was printed. */
export async function followLogToEnd(io: Io, client: Client, id: string, options: FollowOptions = {}): Promise<Task> {
  return follow(io, client, id, { ...options, log: true });
}

/** The same without the log. */
export async function followEventsToEnd(
  io: Io,
  client: Client,
  id: string,
  options: FollowOptions = {},
): Promise<Task> {
  return follow(io, client, id, { ...options, log: false });
}

async function follow(
  io: Io,
  client: Client,
  id: string,
  { timeoutMs, onEntry, log }: FollowOptions & { log: boolean },
) {
  const over = new AbortController();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const following = Promise.all([
    printEvents(io, client, id, over.signal, { log, begin }).finally(begin),
    log ? printEntries(io, client, id, over.signal, { begun, onEntry }) : undefined,
  ]);
  // Only the wait has a limit; what it throws ends the others, whose own complaints are then of no interest.
  try {
    const waiting = client.waitTask(id, { timeoutMs, signal: over.signal });
    const [task, [sayEnd]] = await Promise.all([waiting, following]);
    sayEnd();
    return task;
  } finally {
    over.abort();
    await following.catch(() => {});
  }
}

/** `begin` is called once the task is said to have been started. */
type Events = { log: boolean; begin: () => void };

/** Prints all events but the last, which the returned function prints: the log may still be on its way. */
async function printEvents(
  io: Io,
  client: Client,
  id: string,
  signal: AbortSignal,
  { log, begin }: Events,
): Promise<() => void> {
  const nameOf = agentNames(client);
  const status = openStatusLine(io);
  let say = () => {};
  try {
    for await (const event of client.followTask(id, { signal })) {
      const line = eventLine(event, await nameOf(event));
      status.clear();
      say = () => void io.stderr.write(`${style(io, 'dim', line, io.stderr)}\n`);
      if (tellsEnd(event)) break;
      say();
      // The log of a running task prints where the status line would stand.
      if (event.type === 'task.started') begin();
      if (!(log && event.type === 'task.started')) status.set(statusOf(event));
    }
  } finally {
    status.clear();
  }
  return say;
}

/** An event is told when every transaction before it has ended, a line of the log at once: so one may overtake the other. */
const OVERTAKEN_MS = 1000;

type Entries = { begun: Promise<void>; onEntry?: ((entry: LogEntry) => void) | undefined };

async function printEntries(
  io: Io,
  client: Client,
  id: string,
  signal: AbortSignal,
  { begun, onEntry }: Entries,
): Promise<void> {
  const print = logPrinter(io);
  for await (const entry of client.followLog(id, { signal })) {
    // Else "started" would stand in the midst of the first words.
    await Promise.race([begun, pause(OVERTAKEN_MS, undefined, { ref: false })]);
    print(entry);
    onEntry?.(entry);
  }
}

const STATUS: Record<string, string> = {
  'task.claimed': 'starting',
  'task.started': 'running',
  'task.cancel_requested': 'being cancelled',
  'task.retrying': 'waits for its next attempt',
};
const statusOf = ({ type }: Event): string => STATUS[type] ?? 'waits for an agent';

/** Names of agents by the ids in events, each asked for once. */
function agentNames(client: Client): (event: Event) => Promise<string | undefined> {
  const names = new Map<string, Promise<string>>();
  return async ({ data }) => {
    const { agent_id: id } = (data ?? {}) as { agent_id?: string | null };
    if (!id) return undefined;
    const ask = () =>
      client.getAgent(id).then(
        fullName,
        // It was removed since, or the key may not see it: the id is all there is.
        () => id,
      );
    if (!names.has(id)) names.set(id, ask());
    return names.get(id);
  };
}
