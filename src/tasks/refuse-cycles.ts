import { AppError } from '../errors.ts';
import type { BatchTask } from './schema.ts';

/** Refuses a batch whose tasks wait for one another: dependency_cycle, naming its members; invalid_request for a ref used twice. */
export function refuseCycles(tasks: BatchTask[]): void {
  const byRef = new Map(tasks.flatMap((task) => (task.ref ? [[task.ref, task] as const] : [])));
  if (byRef.size < tasks.filter((task) => task.ref).length) {
    throw new AppError('invalid_request', 'Two tasks of the batch have the same ref.');
  }
  const safe = new Set<BatchTask>();
  for (const task of tasks) visit(task, byRef, safe, []);
}

function visit(task: BatchTask, byRef: Map<string, BatchTask>, safe: Set<BatchTask>, path: BatchTask[]): void {
  if (safe.has(task)) return;
  if (path.includes(task)) {
    const cycle = [...path.slice(path.indexOf(task)), task].map((member) => member.ref);
    throw new AppError('dependency_cycle', `The batch depends on itself: ${cycle.join(' -> ')}.`);
  }
  for (const { task: ref } of task.depends_on) {
    const dependency = byRef.get(ref);
    if (dependency) visit(dependency, byRef, safe, [...path, task]);
  }
  safe.add(task);
}
