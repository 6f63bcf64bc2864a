import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

type Limits = { limitMs: number; memoryMb: number };

/** The question took more time or memory than it may. Any other error of `ask` says nothing about the question. */
export class OverLimit extends Error {}

/** Far more than a thread takes to load its code; without an end a broken one would hold up everybody. */
const START_MS = 30_000;

/**
 * A thread for work that may take for ever: it answers one question after the other, each within `limitMs` and
 * `memoryMb`. When a question takes more, its asker is refused with OverLimit, the thread is ended, and the next question
 * gets a new one. Started with the first question; keeps no process alive.
 */
export class LimitedWorker<Question, Answer> {
  readonly #code: URL;
  readonly #limits: Limits;
  #worker: Promise<Worker> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** `code` posts a message when it is ready, and then one for each that it receives. */
  constructor(code: URL, limits: Limits) {
    this.#code = code;
    this.#limits = limits;
  }

  ask(question: Question): Promise<Answer> {
    const answer = this.#last.then(() => this.#askNow(question));
    // The next question waits for the end of this one, whatever that is.
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #askNow(question: Question): Promise<Answer> {
    this.#worker ??= this.#start();
    const worker = await this.#worker.catch((error) => this.#discard(error));
    worker.ref();
    worker.postMessage(question);
    const answered = once(worker, 'message', { signal: AbortSignal.timeout(this.#limits.limitMs) });
    const [answer] = await answered.catch((error) => this.#discard(asOverLimit(error), worker));
    worker.unref();
    return answer as Answer;
  }

  async #start(): Promise<Worker> {
    const worker = new Worker(this.#code, { resourceLimits: { maxOldGenerationSizeMb: this.#limits.memoryMb } });
    // An error while nobody asks would end the process; whoever asks next meets it.
    worker.on('error', () => {});
    await once(worker, 'message', { signal: AbortSignal.timeout(START_MS) });
    return worker;
  }

  #discard(error: unknown, worker?: Worker): never {
    this.#worker = undefined;
    void worker?.terminate();
    throw error;
  }
}

const LIMITS = ['ABORT_ERR', 'ERR_WORKER_OUT_OF_MEMORY'];

const asOverLimit = (error: Error & { code?: string }): Error =>
  LIMITS.includes(error.code ?? '') ? new OverLimit(error.message, { cause: error }) : error;
