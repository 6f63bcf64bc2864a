import type { z } from 'zod';
import { cleanText } from '../../lib/clean-text.ts';
import { cutText } from '../../lib/cut-text.ts';
import { LOG_ENTRY_BYTES, type logEntry } from '../../tasks/attempt-schema.ts';
import { LineText } from './line-text.ts';
import { mergeEvents } from './merge-events.ts';
import { BATCH_BYTES, nextBatch } from './next-batch.ts';
import type { TranscriptEvent } from './transcript-event.ts';
import { transcriptTexts } from './transcript-texts.ts';

export type LogEntry = z.infer<typeof logEntry>;
export type OutputStream = 'stdout' | 'stderr';

export type OutputLogOptions = {
  /** Delivers entries; it repeats by itself while that may help, and rejects when it never will or was aborted. */
  send: (entries: LogEntry[], signal: AbortSignal) => Promise<unknown>;
  /** Milliseconds that text waits for more before it is sent. Default 200. */
  flushMs?: number;
  /**
   * Milliseconds after a request in which words of a message wait for more of them; everything else of a transcript is
   * sent at once. Default 20: an agent that writes 200 words a second makes 50 requests, and nobody sees them later.
   */
  wordsMs?: number;
  /** Bytes of output that an attempt may log. Default 10 MiB less what the runner's own entries may take. */
  limitBytes?: number;
};

const LIMIT_BYTES = 10_485_760 - 65_536;
/** Bytes that may wait to be sent before the command's pipe is paused, and below which it is read again. */
const HIGH_WATER = 1_048_576;
const LOW_WATER = 524_288;

/**
 * The log of one attempt on its way to the server: numbered entries of at most 16 KiB, cut at line ends where possible,
 * sent at least every 0.2 s, one request at a time. What waits is bounded by 1 MiB: `write` resolves when there is room
 * again. Over 10 MiB an attempt, one system entry says so and the rest is dropped at no cost.
 */
export class OutputLog {
  readonly #options: Required<OutputLogOptions>;
  readonly #texts = { stdout: new LineText(), stderr: new LineText() };
  readonly #ending = new AbortController();
  /** The last event of the transcript, as long as more words may be added to it. */
  #event: TranscriptEvent | undefined;
  #sentAt = 0;
  #queue: LogEntry[] = [];
  #queuedBytes = 0;
  #seq = 0;
  #taken = 0;
  #last: OutputStream = 'stdout';
  #state: 'open' | 'cut' | 'refused' = 'open';
  #bounded = true;
  #timer: NodeJS.Timeout | undefined;
  #words: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #room: (() => void)[] = [];

  constructor(options: OutputLogOptions) {
    this.#options = { flushMs: 200, wordsMs: 20, limitBytes: LIMIT_BYTES, ...options };
  }

  /** Takes output; resolves when more may come. */
  async write(stream: OutputStream, chunk: Buffer): Promise<void> {
    if (this.#state !== 'open') return;
    const left = this.#options.limitBytes - this.#taken;
    this.#take(stream, chunk.subarray(0, left));
    if (chunk.length > left) this.#cut();
    this.#timer ??= setTimeout(() => this.#flush(), this.#options.flushMs);
    await this.room();
  }

  /** Resolves when more may come. */
  async room(): Promise<void> {
    if (this.#queuedBytes >= HIGH_WATER && this.#bounded)
      await new Promise<void>((resolve) => this.#room.push(resolve));
  }

  /**
   * Adds an event of the transcript, and sends it at once; words of a message join those that wait. Whoever has many of
   * them waits for `room` in between.
   */
  event(event: TranscriptEvent): void {
    if (this.#state !== 'open') return;
    const merged = this.#event && mergeEvents(this.#event, event);
    if (!merged) this.#emitEvent();
    this.#event = merged ?? event;
    if (event.type === 'message' || event.type === 'thought') this.#sendWords();
    else this.#sendEvent();
  }

  /** Adds a sentence of the runner itself. */
  system(text: string): void {
    if (this.#state === 'refused') return;
    this.#emitAll();
    this.#emit('system', cleanText(text));
    this.#timer ??= setTimeout(() => this.#flush(), this.#options.flushMs);
  }

  /** From now on `write` never waits: what is still to come is known to be little. */
  unbind(): void {
    this.#bounded = false;
    this.#release();
  }

  /** Ends the log and returns what was not delivered within `waitMs`, to be delivered later. */
  async close(waitMs: number): Promise<LogEntry[]> {
    clearTimeout(this.#timer);
    clearTimeout(this.#words);
    this.unbind();
    this.#emitEvent();
    for (const stream of ['stdout', 'stderr'] as const) this.#emit(stream, this.#texts[stream].end());
    const timer = setTimeout(() => this.#ending.abort(), waitMs);
    await this.#sending;
    clearTimeout(timer);
    this.#state = 'refused';
    return this.#queue;
  }

  #take(stream: OutputStream, chunk: Buffer): void {
    this.#taken += chunk.length;
    // Whole lines of the other stream come first, so that lines stay in the order in which they were written.
    if (stream !== this.#last) this.#emit(this.#last, this.#texts[this.#last].takeLines());
    this.#last = stream;
    const text = this.#texts[stream];
    if (text.push(chunk) >= LOG_ENTRY_BYTES) this.#emit(stream, text.takeLines() || text.takeAll());
  }

  #emitEvent(): void {
    const event = this.#event;
    this.#event = undefined;
    if (!event || this.#state !== 'open') return;
    for (const text of transcriptTexts(event)) {
      this.#taken += Buffer.byteLength(text);
      if (this.#state === 'open' && this.#taken > this.#options.limitBytes) this.#cut();
      if (this.#state === 'open') this.#emit('transcript', text);
    }
  }

  #sendEvent(): void {
    this.#emitEvent();
    this.#startSending();
  }

  // While a request is under way, more words join them.
  #sendWords(): void {
    if (this.#sending || this.#words) return;
    const waitMs = this.#sentAt + this.#options.wordsMs - performance.now();
    if (waitMs <= 0) this.#startSending();
    else this.#words = setTimeout(() => this.#startSending(), waitMs);
  }

  #cut(): void {
    this.#emitAll();
    this.#state = 'cut';
    this.#emit('system', 'The output is over 10 MiB: the rest is not logged.');
  }

  #emitAll(): void {
    this.#emitEvent();
    const other = this.#last === 'stdout' ? 'stderr' : 'stdout';
    for (const stream of [other, this.#last] as const) this.#emit(stream, this.#texts[stream].takeAll());
  }

  #emit(stream: LogEntry['stream'], text: string): void {
    if (this.#state === 'refused') return;
    for (const piece of cutText(text, LOG_ENTRY_BYTES)) {
      this.#queue.push({ seq: this.#seq++, stream, text: piece });
      this.#queuedBytes += Buffer.byteLength(piece);
    }
    if (this.#queuedBytes >= BATCH_BYTES) this.#startSending();
  }

  #flush(): void {
    this.#timer = undefined;
    this.#emitAll();
    this.#startSending();
  }

  #startSending(): void {
    clearTimeout(this.#words);
    this.#words = undefined;
    this.#emitEvent();
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
      if (this.#event && !this.#ending.signal.aborted) this.#sendWords();
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length && !this.#ending.signal.aborted) {
      const batch = nextBatch(this.#queue);
      try {
        await this.#options.send(batch, this.#ending.signal);
      } catch {
        // Aborted by close(): the entries stay, to be delivered later. Else they never will be, and so is the rest.
        if (!this.#ending.signal.aborted) this.#refuse();
        return;
      }
      this.#sentAt = performance.now();
      this.#queue.splice(0, batch.length);
      this.#queuedBytes -= sizeOf(batch);
      if (this.#queuedBytes <= LOW_WATER) this.#release();
    }
  }

  #refuse(): void {
    this.#state = 'refused';
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }
}

const sizeOf = (entries: LogEntry[]): number => entries.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
