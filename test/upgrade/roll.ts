import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { type Audit, audit } from './audit.ts';
import type { Checkout } from './check-out.ts';
import type { Met } from './load.ts';
import { openScene, type Place, type Scene } from './scene.ts';
import { STEPS, type Step } from './steps.ts';

/** A step that was taken: the servers after it, and what callers met. */
export type Shown = Met & { what: string; replicas: string; seconds: number };
/** A step that was left out; `why` is said of the version before. */
type NotShown = { what: string; why: string };
type Verdict = Audit & { told: number; tasks: number };
export type Rolled = Verdict & { shown: Shown[]; notShown: NotShown[] };

/**
 * A rolling upgrade under load and with a runner of each version: two old servers, the new schema, one new beside one
 * old, the old one alone, two new; then one old again, when the version before starts on the new schema: those before
 * migration 0011 do not, and the step is among `notShown`. `say` is told each step that is taken.
 */
export async function roll(old: Checkout, place: Place, say: (step: Shown) => void): Promise<Rolled> {
  await using ends = new AsyncDisposableStack();
  const scene = await openScene(old, place);
  ends.defer(scene.close);
  const shown: Shown[] = [];
  const notShown: NotShown[] = [];
  for (const step of STEPS) {
    const why = step.whyNot?.(old);
    if (why) notShown.push({ what: step.what, why });
    else {
      const one = await take(step, scene);
      shown.push(one);
      say(one);
    }
  }
  return { ...(await judge(scene)), shown, notShown };
}

async function take({ what, seconds, act }: Step, scene: Scene): Promise<Shown> {
  const began = performance.now();
  await act?.(scene);
  await pause(Math.max(0, began + seconds * 1000 - performance.now()));
  const up = scene.replicas.filter(({ isRunning }) => isRunning).map(({ version }) => version);
  const met = scene.load.take();
  scene.problems.push(...met.odd.map((odd) => `${what}: ${odd}`));
  return { what, replicas: up.join(' + '), seconds: (performance.now() - began) / 1000, ...met };
}

/** Once all work is done: every end was told once, and the record is whole. */
async function judge({ load, follower, problems, place }: Scene): Promise<Verdict> {
  const told = () => load.ids.every((id) => follower.ends.includes(id));
  await until(told, { timeoutMs: 10_000 }).catch(() => problems.push('The end of some task was not told'));
  if (new Set(follower.ends).size < follower.ends.length) problems.push('The end of some task was told twice');
  await follower.end();
  const found = await audit(place.db, load.ids);
  problems.push(...follower.problems, ...found.problems);
  return { ...found, problems, told: follower.ends.length, tasks: load.ids.length };
}
