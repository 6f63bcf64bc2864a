import type { Answer, Move } from './move.ts';
import { RULES, type Rules } from './rules.ts';
import { settle } from './settle.ts';
import { isLive, type Task, type World } from './world.ts';

export type Played = { world: World; answer: Answer };
type Of<D extends Move['do']> = Extract<Move, { do: D }>;
type Turn = { task: Task; answer: Answer };

/** The contract's transitions as one pure function: what a move makes of the world, and what the mover is told. */
export function play(world: World, move: Move, rules: Rules = RULES): Played {
  const { task, answer } = turn(world, world.tasks[move.task]!, move, rules);
  return { world: { ...world, tasks: world.tasks.with(move.task, task) }, answer };
}

function turn(world: World, task: Task, move: Move, rules: Rules): Turn {
  if (move.do === 'claim') return claim(world, task, move, rules);
  if (move.do === 'start') return start(task, move, rules);
  if (move.do === 'heartbeat') return heartbeat(task, move, rules);
  if (move.do === 'report') return report(task, move, rules);
  if (move.do === 'cancel') return cancel(task, rules);
  if (move.do === 'pass') return { task: pass(task, move), answer: 'done' };
  const done = move.do === 'reap' ? reap(task, rules) : wake(task);
  return { task: done, answer: 'done' };
}

function claim(world: World, task: Task, { agent, holder, epoch }: Of<'claim'>, rules: Rules): Turn {
  const of = world.agents[agent]!;
  if (of.holder !== holder || !rules.fits(of.max_concurrent - slotsInUse(world, agent), task.slots))
    return { task, answer: 'refused' };
  if (!rules.mayBeClaimed(task, epoch)) return { task, answer: 'taken' };
  const tries = [...task.tries, { epoch, agent, holder, outcome: null, report: null }];
  const attempts = task.attempts + 1;
  return {
    task: { ...task, state: 'leased', ready: false, epoch, attempts, agent, holder, tries },
    answer: 'claimed',
  };
}

export const slotsInUse = ({ tasks }: World, agent: number): number =>
  tasks.filter((task) => task.agent === agent).reduce((sum, { slots }) => sum + slots, 0);

const without = (task: Task, ...what: Task['passed']): Task => ({
  ...task,
  passed: task.passed.filter((one) => !what.includes(one)),
});

function start(task: Task, move: Of<'start'>, rules: Rules): Turn {
  if (!rules.holds(task, move)) return { task, answer: 'refused' };
  return { task: { ...without(task, 'lease'), state: 'running' }, answer: 'running' };
}

function heartbeat(task: Task, move: Of<'heartbeat'>, rules: Rules): Turn {
  if (!rules.holds(task, move)) return { task, answer: 'stop' };
  return { task: without(task, 'lease'), answer: task.cancel_asked ? 'cancel' : 'continue' };
}

function report(task: Task, move: Of<'report'>, rules: Rules): Turn {
  // Who hands back says nothing else.
  const said = move.end === 'released' ? 'released' : `${move.end}: ${move.said}`;
  if (!rules.holds(task, move)) return { task, answer: whyRefused(task, move, said) };
  const after = settle(task, { end: move.end, report: said, result: move.said }, rules);
  return { task: after, answer: after.state };
}

function whyRefused(task: Task, { epoch, holder }: Of<'report'>, said: string): Answer {
  const attempt = task.tries.find((one) => one.epoch === epoch && one.holder === holder);
  if (!attempt) return 'not_found';
  if (attempt.report === null) return 'lease_lost';
  return attempt.report === said ? 'duplicate' : 'outcome_conflict';
}

function cancel(task: Task, rules: Rules): Turn {
  if (!isLive(task)) return { task, answer: task.state === 'cancelled' ? 'done' : 'invalid_state' };
  if (task.holder !== null) return { task: { ...task, cancel_asked: true }, answer: 'done' };
  return { task: settle(task, { end: 'cancelled' }, rules), answer: 'done' };
}

/** Lets time pass for one task; nothing happens where there is no such time to pass. */
function pass(task: Task, { what }: Of<'pass'>): Task {
  const isHeld = task.holder !== null;
  const counts = {
    available: !isHeld && !task.ready,
    lease: isHeld,
    start: isHeld,
    attempt: task.state === 'running',
    cancel: task.cancel_asked,
    deadline: true,
    queue_deadline: true,
  };
  return isLive(task) && counts[what] ? { ...task, passed: [...task.passed, what] } : task;
}

function reap(task: Task, rules: Rules): Task {
  const end = rules.overdue(task);
  return end ? settle(task, { end }, rules) : task;
}

const wake = (task: Task): Task =>
  isLive(task) && task.passed.includes('available')
    ? { ...without(task, 'available'), ready: true, state: 'queued' }
    : task;
