import type { Queue } from './assign.ts';

/**
 * What there was when this replica last looked for everybody who waited: who comes a moment later and could do only
 * what was not there needs no look of its own.
 */
export class LastLook {
  readonly #believedMs: number;
  #at = Number.NEGATIVE_INFINITY;
  #wanted = new Set<number>();
  /** The projects that had something, by class. */
  #found = new Map<number, string[]>();

  /** `believedMs`: from when on it proves nothing. */
  constructor(believedMs: number) {
    this.#believedMs = believedMs;
  }

  /** To be called with the time at which the look began, the classes it was for, and the queues that had something. */
  remember(at: number, wanted: Set<number>, queues: Queue[]): void {
    this.#at = at;
    this.#wanted = wanted;
    this.#found = new Map();
    for (const { class_id, project_id } of queues)
      this.#found.set(class_id, [...(this.#found.get(class_id) ?? []), project_id]);
  }

  /** Something may have come since. */
  forget(): void {
    this.#at = Number.NEGATIVE_INFINITY;
  }

  /** Whether there was nothing of any of the classes in the project (null: in any). */
  foundNone(classes: Iterable<number>, projectId: string | null): boolean {
    if (performance.now() - this.#at > this.#believedMs) return false;
    for (const id of classes) {
      const projects = this.#found.get(id) ?? [];
      if (!this.#wanted.has(id) || projects.some((one) => projectId === null || one === projectId)) return false;
    }
    return true;
  }
}
