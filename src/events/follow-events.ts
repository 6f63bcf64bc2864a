import type { Db } from '../db/database.ts';
import { type EventPlace, isAfter, toPlace } from './event-place.ts';
import type { EventTail } from './event-tail.ts';
import { readEvents, readNow } from './read-events.ts';
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
 * Events after a place, first those on record at the reader's pace, then as they happen, each once and in order. Ends
 * when the signal fires or the reader has fallen too far behind.
 */
export async function* followEvents(db: Db, tail: EventTail, reader: Reader): AsyncGenerator<EventView> {
  const { taskId, ended, signal } = reader;
  let place = reader.after ?? (await readNow(db));
  for await (const event of readRecord(db, place, taskId)) {
    place = toPlace(event.id);
    yield event;
  }
  if (ended || signal.aborted) return;
  const live = new Waiting(taskId, signal);
  const unsubscribe = await tail.subscribe(live.hear);
  try {
    // What came to be on record between the last page and the subscription.
    for await (const event of readRecord(db, place, taskId)) {
      place = toPlace(event.id);
      yield event;
    }
    for await (const event of live.events()) {
      // The two overlap: it was read from the record already.
      if (!isAfter(toPlace(event.id), place)) continue;
      yield event;
    }
  } finally {
    unsubscribe();
  }
}

/** What is on record after a place, page by page. */
async function* readRecord(db: Db, after: EventPlace, taskId: string | null): AsyncGenerator<EventView> {
  for (let place = after; ; ) {
    const events = await readEvents(db, place, taskId, PAGE);
    yield* events;
    if (events.length < PAGE) return;
    place = toPlace(events.at(-1)!.id);
  }
}

/** What the tail has told and the reader has not yet taken: bounded, also while the reader does not come for it. */
class Waiting {
  readonly #taskId: string | null;
  readonly #signal: AbortSignal;
  #events: EventView[] = [];
  #overflown = false;
  #wake: () => void = () => {};

  constructor(taskId: string | null, signal: AbortSignal) {
    this.#taskId = taskId;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  hear = (events: EventView[]): void => {
    const mine = this.#taskId === null ? events : events.filter(({ task_id }) => task_id === this.#taskId);
    if (!mine.length || this.#overflown) return;
    this.#overflown = this.#events.length + mine.length > MOST_WAITING;
    this.#events = this.#overflown ? [] : this.#events.concat(mine);
    this.#wake();
  };

  /** Until the signal fires or too much has gathered. */
  async *events(): AsyncGenerator<EventView> {
    while (!this.#signal.aborted && !this.#overflown) {
      const taken = this.#events;
      this.#events = [];
      yield* taken;
      if (!this.#events.length && !this.#overflown && !this.#signal.aborted) await this.#news();
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
