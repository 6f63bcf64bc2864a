import { AppError } from '../errors.ts';
import type { BatchTask } from './schema.ts';

/** One task waits for another. */
export type Edge = { task_id: string; depends_on: string; policy: string; name: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * What the tasks of a batch, which got these ids, depend on; a task named twice by the same one counts once.
 * Refuses with unknown_dependency what is neither a ref of the batch nor a task id.
 */
export function dependencyEdges(tasks: BatchTask[], ids: string[]): Edge[] {
  const idOfRef = new Map(tasks.flatMap((task, index) => (task.ref ? [[task.ref, ids[index]!] as const] : [])));
  return tasks.flatMap((task, index) => {
    const edges = task.depends_on.map(({ task: named, policy, name }) => {
      const inside = idOfRef.get(named);
      const depends_on = inside ?? requireUuid(named);
      return { task_id: ids[index]!, depends_on, policy, name: name ?? (inside ? named : depends_on) };
    });
    return [...new Map(edges.map((edge) => [edge.depends_on, edge])).values()];
  });
}

function requireUuid(text: string): string {
  if (UUID.test(text)) return text.toLowerCase();
  throw new AppError('unknown_dependency', `"${text}" is neither a task id nor the ref of a task in this batch.`);
}
