import type { TaskFilter, TaskSummary } from '../../client/task-calls.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showAge } from '../show/age.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { printTable } from '../show/table.ts';
import { showTaskState } from '../show/task-state.ts';

type Options = ServerOptions & {
  json?: true;
  project?: string;
  state?: TaskFilter['state'];
  label?: string;
  parent?: string;
  limit: number;
};

const LARGEST_PAGE = 200;

/** `whoosh task list` */
export async function listTasks(io: Io, { project, state, label, parent, limit, ...options }: Options): Promise<void> {
  const client = await openClient(io, options);
  const filter = {
    ...(project && { project }),
    ...(state && { state }),
    ...(label && { label }),
    ...(parent && { parent }),
  };
  const items: TaskSummary[] = [];
  for await (const task of client.listTasks({ ...filter, limit: Math.min(limit, LARGEST_PAGE) })) {
    items.push(task);
    if (items.length === limit) break;
  }
  if (options.json) return printJson(io, { items });
  printTable(
    io,
    ['ID', 'STATE', 'PRIORITY', 'ATTEMPTS', 'SUBMITTED', 'TITLE'],
    items.map((task) => row(io, task)),
  );
}

const row = (io: Io, task: TaskSummary): string[] => [
  task.id,
  showTaskState(io, task),
  String(task.priority),
  `${task.attempts}/${task.max_attempts}`,
  showAge(task.created_at),
  oneLine(task.title),
];
