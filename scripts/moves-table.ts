import { LIVE_STATES, TASK_MOVES, TERMINAL_STATES } from '../src/tasks/schema.ts';
import { markdownTable } from './markdown-table.ts';

/** From which states each move of a task is allowed. */
export function movesTable(): string {
  const states = [...LIVE_STATES, ...TERMINAL_STATES];
  const rows = Object.entries(TASK_MOVES).map(([move, from]) => [
    `**${move}**`,
    ...states.map((state) => ((from as readonly string[]).includes(state) ? 'yes' : '')),
  ]);
  return markdownTable(['move', ...states], rows);
}
