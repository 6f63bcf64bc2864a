/** A way to work: how it is set up, and how to begin. */
export type Work = {
  how: string;
  /** Works on what is queued, until the returned function is called and has let everything go. */
  start(hooks: WorkHooks): Promise<() => Promise<void>>;
};
export type WorkHooks = {
  /** A task has started: the number it was submitted with. */
  started(n: number): void;
  /** A task's end is durable. */
  ended(): void;
};

/** What a user might put work into. All but `close` may be called by any number of callers at once. */
export type Contender = {
  name: string;
  /** How one task is submitted. */
  how: string;
  /** Submits one task that does nothing but carry `n`; answers when it is accepted. */
  submit(n: number): Promise<unknown>;
  /** Submits `count` tasks in one call. */
  submitMany(count: number): Promise<unknown>;
  works: Work[];
  close(): Promise<void>;
};
