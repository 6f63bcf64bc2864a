import type { Context } from '../context.ts';
import { type EventPlace, readEvents, readNow, toPlace } from './read-events.ts';
import type { EventView } from './schema.ts';

type Hear = (events: EventView[]) => void;

const PAGE = 500;
/** How long an event stays unseen when its notification was lost. */
const LOOK_MS = 1000;

/**
 * Reads the record once for all streams of this replica, and only while there is one: at each notification, and every
 * second for those that were lost.
 */
export class EventTail {
  readonly #context: Pick<Context, 'db' | 'log' | 'subscribe'>;
  readonly #hearers = new Set<Hear>();
  #place: EventPlace | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #again = false;

  constructor(context: Pick<Context, 'db' | 'log' | 'subscribe'>) {
    this.#context = context;
    context.subscribe('events', () => this.#look());
  }

  /** Calls `hear` with every event that can be read from now on. Returns what ends that. */
  subscribe(hear: Hear): () => void {
    this.#hearers.add(hear);
    this.#look();
    return () => {
      this.#hearers.delete(hear);
    };
  }

  #look(): void {
    this.#again = true;
    if (this.#hearers.size) this.#reading ??= this.#readAll();
  }

  async #readAll(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      while (this.#again) {
        this.#again = false;
        await this.#read();
      }
    } catch (error) {
      this.#context.log.debug({ err: error }, 'Reading events failed; the next look repeats it');
    }
    this.#reading = undefined;
    if (this.#hearers.size) this.#timer = setTimeout(() => this.#look(), LOOK_MS);
    // Nobody listens: the next stream begins where the record then ends.
    else this.#place = undefined;
  }

  async #read(): Promise<void> {
    this.#place ??= await readNow(this.#context.db);
    const events = await readEvents(this.#context.db, this.#place, null, PAGE);
    const last = events.at(-1);
    if (!last) return;
    this.#place = toPlace(last.id);
    for (const hear of this.#hearers) hear(events);
    if (events.length === PAGE) this.#again = true;
  }
}
