import type { StartedRunner } from '../runner/loop.ts';
import type { Place } from './local-runner.ts';

/** Starts the runner on this machine, whose code is loaded only where there is one. */
export async function openLocalRunner(place: Place, started: AsyncDisposableStack): Promise<StartedRunner> {
  const { startLocalRunner } = await import('./local-runner.ts');
  const runner = await startLocalRunner(place);
  started.defer(async () => void (await runner.stop()));
  return runner;
}
