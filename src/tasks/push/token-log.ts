import { cleanText } from '../../lib/clean-text.ts';
import { cutText } from '../../lib/cut-text.ts';
import type { LogEntry } from '../append-logs.ts';
import { type AttemptRef, LOG_ENTRY_BYTES } from '../attempt-schema.ts';
import type { TaskDesk } from '../desk.ts';

/** How long pieces are gathered. A person reads on without noticing, and 200 streams cost ten statements a second. */
const GATHER_MS = 150;
/** Of 16 KiB at most: a statement of one attempt stays below some megabytes. */
const MOST_ENTRIES = 100;
type Stream = LogEntry['stream'];

/**
 * The log of an attempt while its answer streams in: the first piece is appended at once, what comes then is gathered.
 * What cannot be stored for the moment is kept and tried again; a repeated entry is passed over by the database.
 */
export class TokenLog {
  readonly #desk: TaskDesk;
  readonly #ref: AttemptRef & { holder_id: string };
  #seq = 0;
  /** Not in an entry yet. */
  #gathered = '';
  /** In entries, not known to be stored. */
  #entries: LogEntry[] = [];
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;
  readonly #onLost: () => void;

  /** `onLost` is called when the attempt turns out to be another's. */
  constructor(desk: TaskDesk, { task_id, epoch, holder_id }: AttemptRef & { holder_id: string }, onLost: () => void) {
    this.#desk = desk;
    this.#ref = { task_id, epoch, holder_id };
    this.#onLost = onLost;
  }

  /** A piece of the answer. */
  write(piece: string): void {
    this.#gathered += piece;
    this.#sendSoon();
  }

  /** A line of WHOOSH's own. */
  note(sentence: string): void {
    this.#seal();
    this.#add('system', `${cleanText(sentence.slice(0, 4000))}\n`);
    this.#sendSoon();
  }

  /** Stores the rest; to be called when nothing more is written, and again when the database rejects it. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#sending;
    while (this.#hasMore()) await this.#send();
  }

  /** Nothing more is stored. */
  drop(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #sendSoon(): void {
    if (this.#timer || this.#ended) return;
    // The same moment for all attempts of the replica, so that their entries travel in one statement.
    const inMs = GATHER_MS - (performance.now() % GATHER_MS);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#hasMore()) this.#sendNow();
    }, inMs);
    if (this.#seq === 0) this.#sendNow();
  }

  #sendNow(): void {
    this.#sending ??= this.#send()
      // Kept, and sent with what comes next.
      .catch((error) => this.#desk.context.log.debug({ err: error, ...this.#ref }, 'A log could not be stored yet'))
      .finally(() => {
        this.#sending = undefined;
        if (this.#hasMore()) this.#sendSoon();
      });
  }

  async #send(): Promise<void> {
    this.#seal();
    const entries = this.#entries.slice(0, MOST_ENTRIES);
    const held = await this.#desk.append({ ...this.#ref, entries });
    this.#entries = this.#entries.slice(entries.length);
    if (held) this.#desk.logged.emit(this.#ref.task_id);
    else this.#onLost();
  }

  #hasMore = (): boolean => this.#gathered !== '' || this.#entries.length > 0;

  #seal(): void {
    for (const text of cutText(this.#gathered, LOG_ENTRY_BYTES)) this.#add('stdout', text);
    this.#gathered = '';
  }

  #add(stream: Stream, text: string): void {
    this.#entries.push({ seq: this.#seq++, stream, text });
  }
}
