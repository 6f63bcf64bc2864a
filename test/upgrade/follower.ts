import type { Client } from '../../src/client/client.ts';
import { TERMINAL_EVENTS } from '../../src/events/schema.ts';

/** Follows all events through the balancer, as one program would that outlives the whole upgrade. */
export function followAll(client: Client) {
  const stop = new AbortController();
  const ends: string[] = [];
  const seen = new Set<string>();
  const problems: string[] = [];
  const following = (async () => {
    for await (const { id, type, task_id } of client.followEvents({ type: 'task.' }, { signal: stop.signal })) {
      if (seen.has(id)) problems.push(`The event ${id} was told twice`);
      seen.add(id);
      if (task_id && TERMINAL_EVENTS.includes(type)) ends.push(task_id);
    }
  })().catch((error) => {
    if (!stop.signal.aborted) problems.push(`Following events failed: ${error.message}`);
  });
  return {
    /** Tasks whose end was told, in the order of it. */
    ends,
    problems,
    async end() {
      stop.abort();
      await following;
    },
  };
}
