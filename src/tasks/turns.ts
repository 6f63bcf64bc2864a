/**
 * Whose turn it is among projects that are level otherwise: the one that was served least for its weight. Without it a
 * fleet with one slot, where every project has nothing running whenever there is something to claim, would serve the
 * same project for ever. A project that had nothing to do does not make up for that time.
 */
export class Turns {
  readonly #served = new Map<string, number>();
  #now = 0;

  /** Claims of the project for its weight; the lowest is next. */
  of(projectId: string): number {
    return Math.max(this.#served.get(projectId) ?? 0, this.#now);
  }

  take(projectId: string, weight: number): void {
    this.#now = this.of(projectId);
    this.#served.set(projectId, this.#now + 1 / weight);
  }
}
