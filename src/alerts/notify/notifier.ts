import type { AlertMessage } from './message.ts';

/** One way to tell somebody of alerts. */
export type Notifier = {
  /** Stored with each delivery. */
  name: 'webhook' | 'email' | 'slack' | 'ntfy';
  /**
   * Sends once, under the id that its repetitions have too; resolves with what the receiver answered. Rejects with a
   * sentence for the operator when it did not take it, or the signal fired. Holds no state; may be called at once.
   */
  send(id: string, message: AlertMessage, signal: AbortSignal): Promise<string>;
};
