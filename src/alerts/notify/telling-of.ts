import type { Config } from '../../config.ts';
import type { Notifier } from './notifier.ts';
import type { Telling } from './queue-deliveries.ts';

/** Who is told of alerts at this replica, and when not. */
export const tellingOf = ({ alertCooldownMs }: Config, notifiers: Notifier[]): Telling => ({
  notifiers: notifiers.map(({ name }) => name),
  cooldownMs: alertCooldownMs,
});
