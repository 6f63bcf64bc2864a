import type { Io, Output } from '../io.ts';
import { style } from './style.ts';

const FORMATS = {
  succeeded: 'green',
  online: 'green',
  running: 'cyan',
  leased: 'cyan',
  failed: 'red',
  open: 'red',
  acknowledged: 'yellow',
  resolved: 'green',
  expired: 'red',
  offline: 'red',
  cancelled: 'yellow',
  draining: 'yellow',
  not_ready: 'yellow',
  pending: 'yellow',
  degraded: 'yellow',
  parked: 'yellow',
} as const;

/** The state of a task, agent or runner in its colour. */
export function showState(io: Io, state: string, output: Output = io.stdout): string {
  const format = FORMATS[state as keyof typeof FORMATS];
  return format ? style(io, format, state, output) : state;
}
