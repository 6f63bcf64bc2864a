import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Plan, Simulation } from '../../test/support/simulation.ts';

/** Runs `steps` rounds with all queues kept full; answers the mean number of slots that each project had. */
function meanSlots(plans: Plan[], slots: number, steps: number, chances: Iterator<number>): number[] {
  const simulation = new Simulation(plans, slots);
  const sums = plans.map(() => 0);
  const fill = () => {
    for (const queue of plans.keys()) simulation.arrive(queue, 5);
  };
  for (let left = slots; left > 0; left--) fill();
  for (let step = 0; step < steps; step++) {
    fill();
    simulation.round();
    for (const [index, { project_id }] of plans.entries()) sums[index]! += simulation.running(project_id);
    simulation.end(chances.next().value!);
  }
  return sums.map((sum) => sum / steps);
}

const chances = fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }));
const PAIR: Plan[] = [{ project_id: 'a' }, { project_id: 'b' }];
const weighted = (a: number, b: number): Plan[] => [
  { project_id: 'a', weight: a },
  { project_id: 'b', weight: b },
];

test('two backlogged equal projects differ by at most one slot and 5 % [G8]', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), chances, (slots, random) => {
      const [a, b] = meanSlots(PAIR, slots, 200, random);
      expect(Math.abs(a! - b!)).toBeLessThanOrEqual(1 + 0.05 * slots);
    }),
    { numRuns: 60 },
  );
});

test('a fleet with one slot serves two backlogged equal projects in turn [G8]', () => {
  const [a, b] = meanSlots(PAIR, 1, 100, Iterator.from(Array(200).fill(0)));
  expect([a, b]).toEqual([0.5, 0.5]);
});

test('a project of three times the weight has three times the slots, within one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), chances, (slots, random) => {
      const [a, b] = meanSlots(weighted(1, 3), slots, 200, random);
      expect(Math.abs(a! - slots / 4)).toBeLessThanOrEqual(1);
      expect(Math.abs(b! - (slots * 3) / 4)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 60 },
  );
});

test('with one slot a project of three times the weight is served three times as often', () => {
  const [a, b] = meanSlots(weighted(1, 3), 1, 100, Iterator.from(Array(200).fill(0)));
  expect([a, b]).toEqual([0.25, 0.75]);
});

test('a project that had nothing to do does not make up for it by starving the others', () => {
  const simulation = new Simulation(PAIR, 1);
  const serve = (queues: number[]) => {
    for (const queue of queues) simulation.arrive(queue, 5);
    simulation.round();
    simulation.end(0);
  };
  for (let step = 0; step < 50; step++) serve([0]);
  for (let step = 0; step < 20; step++) serve([0, 1]);
  const late = simulation.claims.slice(50).map(({ project_id }) => project_id);
  expect(late.filter((id) => id === 'a')).toHaveLength(10);
});

test('with unending high-priority arrivals the oldest low one is claimed within 10 claims of its queue [G8]', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(30), chances, (slots, before, random) => {
      const simulation = new Simulation([{ project_id: 'a' }], slots);
      const step = () => {
        simulation.arrive(0, 9);
        simulation.round();
        simulation.end(random.next().value);
      };
      for (let left = before + slots; left > 0; left--) step();
      const low = simulation.arrive(0, 0);
      const from = simulation.claims.length;
      for (let left = 12; left > 0; left--) step();
      const later = simulation.claims.slice(from).findIndex(({ head }) => head.task_id === low);
      expect(later).toBeGreaterThanOrEqual(0);
      expect(later).toBeLessThan(10);
    }),
    { numRuns: 100 },
  );
});

test('an agent that serves two queues takes the oldest of both by its tenth claim, though the other has the priority', () => {
  const simulation = new Simulation([{ project_id: 'a' }, { project_id: 'a', class_id: 2 }], 1);
  const step = () => {
    simulation.arrive(0, 9);
    simulation.round();
    simulation.end(0);
  };
  for (let left = 5; left > 0; left--) step();
  const low = simulation.arrive(1, 0);
  simulation.arrive(1, 9);
  for (let left = 10; left > 0; left--) step();
  const later = simulation.claims.slice(5).findIndex(({ head }) => head.task_id === low);
  expect(later).toBeGreaterThanOrEqual(0);
  expect(later).toBeLessThan(10);
});

test.each([
  ['of the same project', 'a'],
  ['of another project', 'b'],
])(
  'a task %s that takes all slots is claimed in the end, though small ones never stop coming [G8]',
  (_what, project_id) => {
    const simulation = new Simulation([{ project_id: 'a' }, { project_id, class_id: 2 }], 3);
    for (let left = 10; left > 0; left--) simulation.arrive(0, 9);
    const wide = simulation.arrive(1, 0, 3);
    for (let left = 60; left > 0; left--) {
      simulation.arrive(0, 9);
      simulation.round();
      simulation.end(0);
    }
    expect(simulation.claims.map(({ head }) => head.task_id)).toContain(wide);
  },
);

test('slots are not kept for a task that is too large for what an idle agent asks for', () => {
  const simulation = new Simulation([{ project_id: 'a' }, { project_id: 'a', class_id: 2 }], 1);
  simulation.arrive(1, 0, 2);
  for (let left = 30; left > 0; left--) {
    simulation.arrive(0, 9);
    simulation.round();
    simulation.end(0);
  }
  expect(simulation.claims).toHaveLength(30);
});
