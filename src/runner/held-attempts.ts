import type { AttemptRef, Directive } from '../tasks/attempt-schema.ts';
import type { Attempt, Dropping } from './attempt.ts';

/** The attempts that a runner has in hand, from their grant to the server's answer to their report. */
export class HeldAttempts {
  readonly #byId = new Map<string, Attempt>();

  get size(): number {
    return this.#byId.size;
  }

  /** Some have no outcome yet, or still clean up. */
  get isBusy(): boolean {
    return this.#some((attempt) => attempt.isWorking || !attempt.isHeld);
  }

  has(ref: AttemptRef): boolean {
    return this.#byId.has(idOf(ref));
  }

  add(attempt: Attempt, onDone: () => void): void {
    const id = idOf(attempt.grant);
    this.#byId.set(id, attempt);
    attempt.done.then(() => {
      this.#byId.delete(id);
      onDone();
    });
  }

  /** Those whose lease is to be renewed. */
  refs(holderId: string): AttemptRef[] {
    return this.#all()
      .filter((attempt) => attempt.isHeld && attempt.holder_id === holderId)
      .map(({ grant: { task_id, epoch } }) => ({ task_id, epoch }));
  }

  /** How many of an agent's slots are taken. */
  used(agentId: string): number {
    return this.#all().filter(({ grant }) => grant.agent_id === agentId).length;
  }

  /** Takes note that nobody else can have had them when a request was sent at `sentAt` (performance.now()). */
  renewed(refs: AttemptRef[], sentAt: number): void {
    for (const ref of refs) {
      const attempt = this.#byId.get(idOf(ref));
      if (attempt) attempt.renewedAt = sentAt;
    }
  }

  /** Does what the server says of them. */
  obey(directives: Directive[]): void {
    for (const { directive, ...ref } of directives) {
      if (directive === 'cancel') this.#byId.get(idOf(ref))?.interrupt('cancel');
      if (directive === 'stop') this.#byId.get(idOf(ref))?.drop('stop');
    }
  }

  /** Drops those whose lease was last confirmed longer than `ms` ago; gives how many there were. */
  dropSilent(ms: number): number {
    const silent = this.#all().filter(({ isWorking, renewedAt }) => isWorking && performance.now() - renewedAt > ms);
    for (const attempt of silent) attempt.drop('silence');
    return silent.length;
  }

  dropAll(reason: Dropping): void {
    for (const attempt of this.#all()) attempt.drop(reason);
  }

  /** Resolves when none is left. */
  async settled(): Promise<void> {
    await Promise.all(this.#all().map(({ done }) => done));
  }

  #all(): Attempt[] {
    return [...this.#byId.values()];
  }

  #some(test: (attempt: Attempt) => boolean): boolean {
    return this.#all().some(test);
  }
}

const idOf = ({ task_id, epoch }: AttemptRef): string => `${task_id}-${epoch}`;
