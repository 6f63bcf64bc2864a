import type { Db } from '../db/database.ts';
import type { Log } from '../lib/log.ts';
import { type EventPlace, toPlace } from './event-place.ts';
import { readAhead, readNow } from './read-events.ts';
import type { EventView } from './schema.ts';

type Hear = (events: EventView[]) => void;
type Parts = { db: Db; log: Log; subscribe: (topic: string, hear: () => void) => () => void };

const PAGE = 500;
/** How long an event stays unseen when its notification was lost. */
const LOOK_MS = 1000;
/** First wait for an older transaction that holds events up; doubled each time, up to LOOK_MS. */
const HELD_UP_MS = 10;

/**
 * Reads the record once for all streams of this replica, and only while there is one: at each notification, and every
 * second for those that were lost. Whoever made it closes it.
 */
export class EventTail {
  readonly #parts: Parts;
  readonly #hearers = new Set<Hear>();
  readonly #unsubscribe: () => void;
  /** Everything before it has been heard by everybody who listens; undefined while nobody does. */
  #place: EventPlace | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #again = false;
  /** How often in a row nothing but held up events was found. */
  #heldUp = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#unsubscribe = parts.subscribe('events', () => this.#look());
  }

  /**
   * Calls `hear` with every event that can first be read after this resolves, in order; what it misses can be read from
   * the database by then. Some may come that can be read already. Returns what ends it.
   */
  async subscribe(hear: Hear): Promise<() => void> {
    if (!this.#place) {
      const now = await readNow(this.#parts.db);
      // Another one may have begun meanwhile, and have heard something since.
      this.#place ??= now;
    }
    this.#hearers.add(hear);
    this.#look();
    return () => this.#leave(hear);
  }

  close(): void {
    this.#unsubscribe();
    this.#hearers.clear();
    clearTimeout(this.#timer);
  }

  #leave(hear: Hear): void {
    this.#hearers.delete(hear);
    // Nobody listens: the next stream begins where the record then ends, not with hours of it.
    if (!this.#hearers.size) this.#place = undefined;
  }

  #look(): void {
    this.#again = true;
    if (!this.#reading && this.#hearers.size) void this.#readAll();
  }

  async #readAll(): Promise<void> {
    this.#reading = true;
    clearTimeout(this.#timer);
    while (this.#again && this.#hearers.size) {
      this.#again = false;
      await this.#read().catch((error) => {
        this.#parts.log.debug({ err: error }, 'Reading events failed; the next look repeats it');
      });
    }
    this.#reading = false;
    const waitMs = this.#heldUp ? Math.min(LOOK_MS, HELD_UP_MS * 2 ** (this.#heldUp - 1)) : LOOK_MS;
    if (this.#hearers.size) this.#timer = setTimeout(() => this.#look(), waitMs).unref();
  }

  async #read(): Promise<void> {
    if (!this.#place) return;
    const { events, held_up } = await readAhead(this.#parts.db, this.#place, PAGE);
    const last = events.at(-1);
    this.#heldUp = held_up ? (last ? 1 : this.#heldUp + 1) : 0;
    // Without a place nobody is left to hear it.
    if (!last || !this.#place) return;
    this.#place = toPlace(last.id);
    for (const hear of this.#hearers) hear(events);
    if (events.length === PAGE) this.#again = true;
  }
}
