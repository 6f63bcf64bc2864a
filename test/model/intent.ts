import fc from 'fast-check';
import { agent, passing, reportedEnd, said, task } from './arbitraries.ts';
import type { Move, ReportedEnd } from './move.ts';
import { isLive, type Passing, type Task, type World } from './world.ts';

/** A move as chance draws it: which attempt it is about is decided by the world it meets. */
export type Intent =
  | { do: 'claim'; task: number; agent: number; by: Claimant }
  | { do: 'start' | 'heartbeat'; task: number; about: About }
  | { do: 'report'; task: number; about: About; end: ReportedEnd; said: string }
  | { do: 'cancel'; task: number }
  | { do: 'pass'; task: number; what: Passing }
  | { do: 'reap' }
  | { do: 'wake' };
/** `late`: by what it saw a claim ago. `foreign`: for an agent of another runner. */
type Claimant = 'own' | 'late' | 'foreign';
/** The attempt granted last, the one before it, or the last one in the name of another holder. */
type About = 'own' | 'late' | 'foreign';

const how = fc.constantFrom('own', 'own', 'own', 'own', 'own', 'late', 'foreign' as const);

/** What may happen at the same moment at several replicas. */
export const action: fc.Arbitrary<Intent> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ do: fc.constant('claim' as const), task, agent, by: how }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('start' as const, 'heartbeat' as const), task, about: how }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('report' as const), task, about: how, end: reportedEnd, said }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), task }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('reap' as const, 'reap' as const, 'wake' as const) }) },
);

/** Time passes between the moves of others. */
export const passes: fc.Arbitrary<Intent> = fc.record({ do: fc.constant('pass' as const), task, what: passing });

/** An epoch that no attempt of a test reaches. */
const NEVER = 99;

/** What an intent means in this world; a reaper or a waker looks at every task. */
export function resolve(intent: Intent, world: World): Move[] {
  if (!('task' in intent)) return world.tasks.map((_, at) => ({ do: intent.do, task: at }));
  const at = taskOf(intent, world);
  if (intent.do === 'claim') return [claimOf(intent, at, world)];
  if (!('about' in intent)) return [{ ...intent, task: at }];
  const { about, ...rest } = intent;
  return [{ ...rest, task: at, ...attemptOf(about, at, world) }];
}

/** Mostly one with which the move can do something, now and then any. */
function taskOf({ do: name, task: wish }: { do: Move['do']; task: number }, { tasks }: World): number {
  const all = [...tasks.keys()];
  const among = wish % 4 ? FITTING[name].map((fits) => all.filter((at) => fits(tasks[at]!))) : [];
  const some = [...among, all].find((one) => one.length)!;
  return some[wish % some.length]!;
}

const isHeld = ({ holder }: Task): boolean => holder !== null;
const wasGranted = ({ tries }: Task): boolean => tries.length > 0;
/** Of which tasks a move speaks, if there are any: of the first kind, else of the second. */
const FITTING: Record<Move['do'], ((task: Task) => boolean)[]> = {
  claim: [({ ready }) => ready],
  start: [isHeld, wasGranted],
  heartbeat: [isHeld, wasGranted],
  report: [isHeld, wasGranted],
  cancel: [isLive],
  pass: [isHeld, isLive],
  reap: [],
  wake: [],
};

function claimOf({ agent, by }: Extract<Intent, { do: 'claim' }>, at: number, { agents, tasks }: World): Move {
  const { holder } = agents[agent]!;
  const epoch = tasks[at]!.epoch + (by === 'late' ? 0 : 1);
  return { do: 'claim', task: at, agent, holder: by === 'foreign' ? 1 - holder : holder, epoch };
}

function attemptOf(about: About, at: number, { tasks }: World): { epoch: number; holder: number } {
  const { epoch, holder } = tasks[at]!.tries.at(about === 'late' ? -2 : -1) ?? { epoch: NEVER, holder: 0 };
  return { epoch, holder: about === 'foreign' ? 1 - holder : holder };
}
