import type { FailureKind } from './unavailable.ts';

/** What whoever measures a pool is told; both are called on the way of a request, so they must be quick and not throw. */
export type PoolObserver = {
  /** A caller has its connection, or was refused one, after so many milliseconds. Most are well below one. */
  waited(ms: number): void;
  /** A caller was refused as `unavailable`, or an idle connection was lost. */
  failed(kind: FailureKind): void;
};
