import type { Passing } from './world.ts';

/** What a holder says it ends an attempt with. */
export type ReportedEnd = 'succeeded' | 'failed' | 'retry' | 'released';
/** What the coordinator ends an attempt or a task with. */
export type DecidedEnd = 'expired' | 'cancelled' | 'lost' | 'not_started' | 'timed_out';

/** One move of somebody, in full: nothing of it is looked up when it is made. */
export type Move =
  | { do: 'claim'; task: number; agent: number; holder: number; epoch: number }
  | { do: 'start'; task: number; epoch: number; holder: number }
  | { do: 'heartbeat'; task: number; epoch: number; holder: number }
  | { do: 'report'; task: number; epoch: number; holder: number; end: ReportedEnd; said: string }
  | { do: 'cancel'; task: number }
  | { do: 'pass'; task: number; what: Passing }
  | { do: 'reap'; task: number }
  | { do: 'wake'; task: number };

/**
 * What the mover is told. Of a claim: claimed, refused (the agent cannot have it), taken (the task cannot be had). Of a
 * report: what became of the task, or duplicate, or the code of the refusal. Of a heartbeat: its directive.
 */
export type Answer = string;
