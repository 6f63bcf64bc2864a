import type { Db } from '../db/database.ts';
import type { EventTail } from './event-tail.ts';
import { type EventPlace, readEvents, readNow, toPlace } from './read-events.ts';
import type { EventView } from './schema.ts';

const PAGE = 200;
/** Events that may wait for a slow client; then it is cut off, and comes back with Last-Event-ID. */
const MOST_WAITING = 2000;

type Reader = {
  /** null: from now on. */
  after: EventPlace | null;
  taskId: string | null;
  /** Nothing more will happen: only what is on record. */
  ended: boolean;
  signal: AbortSignal;
};

/**
 * Events after a place, first those on record, then as they happen, each once and in order. Ends when the signal fires
 * or the reader has fallen too far behind.
 */
export async function* followEvents(
  db: Db,
  tail: EventTail,
  { after, taskId, ended, signal }: Reader,
): AsyncGenerator<EventView> {
  const waiting: EventView[] = [];
  let wake: () => void = () => {};
  // Subscribed before the record is read: what happens meanwhile is in one of the two, and `isAfter` drops it from the other.
  const unsubscribe = tail.subscribe((events) => {
    waiting.push(...(taskId === null ? events : events.filter((event) => event.task_id === taskId)));
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  try {
    let place = after ?? (await readNow(db));
    for (;;) {
      const events = await readEvents(db, place, taskId, PAGE);
      yield* events;
      place = events.length ? toPlace(events.at(-1)!.id) : place;
      if (events.length < PAGE) break;
    }
    while (!ended && !signal.aborted && waiting.length < MOST_WAITING) {
      const event = waiting.shift();
      if (event && isAfter(event, place)) {
        place = toPlace(event.id);
        yield event;
      } else if (!event) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    unsubscribe();
  }
}

function isAfter({ id }: EventView, place: EventPlace): boolean {
  const { xid, seq } = toPlace(id);
  return xid === place.xid ? BigInt(seq) > BigInt(place.seq) : BigInt(xid) > BigInt(place.xid);
}
