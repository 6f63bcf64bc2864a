import type { TaskSummary } from '../../client/task-calls.ts';
import type { Io } from '../io.ts';
import { showState } from './state.ts';
import { style } from './style.ts';

type Standing = Pick<TaskSummary, 'state' | 'awaiting_input' | 'awaiting_approval'>;

/** The state of a task, and whether it waits for somebody: `running, asks`; `waiting, needs approval`. */
export function showTaskState(io: Io, { state, awaiting_input, awaiting_approval }: Standing): string {
  const wants = awaiting_input ? 'asks' : awaiting_approval ? 'needs approval' : null;
  return wants ? `${showState(io, state)}, ${style(io, 'yellow', wants)}` : showState(io, state);
}
