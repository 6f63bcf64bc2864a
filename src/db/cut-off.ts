import type { Duplex } from 'node:stream';
import type pg from 'pg';

/**
 * Ends a connection at once. pg's own `end()` says good-bye and waits for statements under way, and a half-open
 * connection answers neither. Whoever waits for a statement on it gets "Connection terminated".
 */
export function cutOff(client: pg.ClientBase): void {
  (client as unknown as { connection: { stream: Duplex } }).connection.stream.destroy();
}
