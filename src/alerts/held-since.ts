/** Since when conditions hold, as this process has seen it. Nothing stored is compared with its clock. */
export class HeldSince {
  readonly #now: () => number;
  readonly #since = new Map<string, Map<string, number>>();

  /** `now` is a clock in milliseconds that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes what a rule finds at this moment: what it does not name has ended. Answers for how many milliseconds each holds. */
  see(rule: string, subjects: string[]): number[] {
    const now = this.#now();
    const before = this.#since.get(rule);
    const since = new Map(subjects.map((subject) => [subject, before?.get(subject) ?? now]));
    this.#since.set(rule, since);
    return subjects.map((subject) => now - since.get(subject)!);
  }
}
