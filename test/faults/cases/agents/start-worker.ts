import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A server in a thread of its own, so that what it sends does not hold up the harness. */
export type ServingWorker = {
  url: string;
  /** For those that listen: stands still for so many milliseconds. */
  freeze(ms: number): void;
  close(): Promise<void>;
};

/** Starts a worker of test/faults/evil-agent and waits for its URL. */
export async function startWorker(file: string, workerData?: object): Promise<ServingWorker> {
  const worker = begin(file, workerData);
  const [url] = await once(worker, 'message');
  return { url, freeze: (ms) => worker.postMessage(ms), close: async () => void (await worker.terminate()) };
}

/** Runs a worker that does its work and tells what came of it. */
export async function runWorker<T>(file: string, workerData: object): Promise<T> {
  const [told] = await once(begin(file, workerData), 'message');
  return told;
}

const begin = (file: string, workerData?: object): Worker =>
  new Worker(new URL(`../../evil-agent/${file}`, import.meta.url), { workerData });
