import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { Db } from './database.ts';

/** The one channel of all replicas; the message is `topic`, or `topic`, a line break and the payload. */
export const CHANNEL = 'whoosh';

/** Tells other replicas that something has changed. */
export type Notifier = {
  /**
   * Says on every replica, this one too, that something about `topic` has changed; call it after the commit. Only a
   * hint: it may be lost, and equal hints close together become one. Topic and payload together at most 7 KB.
   */
  notify(topic: string, payload?: string): void;
  /** Sends what is still waiting. */
  close(): Promise<void>;
};

// Every commit that notifies takes one lock for the whole database and wakes every listener: one such commit in 20 ms
// and replica carries any number of submits. The first hint after a quiet time goes at once.
const GAP_MS = 20;
const SEND = `select pg_notify('${CHANNEL}', message) from unnest($1::text[]) message`;

/** Opens a notifier over the API's pool, so that no hot transaction holds the lock of NOTIFY. */
export function openNotifier(db: Db): Notifier {
  const waiting = new Set<string>();
  let sending: Promise<void> | undefined;

  async function sendAll(): Promise<void> {
    while (waiting.size) {
      await turn(); // What the same turn of the event loop still has to tell goes along.
      const messages = [...waiting];
      waiting.clear();
      // Dropped when it fails: whoever waits for work polls as well, a notification only ends the wait early. To queue
      // hints through an outage would make the recovery slower.
      await db.query(SEND, [messages]).catch(() => {});
      await pause(GAP_MS);
    }
    sending = undefined;
  }

  return {
    notify(topic, payload) {
      waiting.add(payload === undefined ? topic : `${topic}\n${payload}`);
      sending ??= sendAll();
    },
    close: async () => sending,
  };
}
