import { expect, test } from 'vitest';
import type { AgentView } from '../../agents/schema.ts';
import { wantedSlots } from './wanted-slots.ts';

const agent = (id: string, more: Partial<AgentView> = {}) =>
  ({ id, runner_id: null, status: 'online', breaker_open: false, max_concurrent: 4, ...more }) as AgentView;
const none = new Map<string, number>();
const nobody = { own: none, others: none, isResting: () => false };

test('asked for is what neither this replica nor others have in use', () => {
  const known = {
    ...nobody,
    own: new Map([['a', 1]]),
    others: new Map([
      ['a', 2],
      ['b', 4],
    ]),
  };
  expect(wantedSlots([agent('a'), agent('b'), agent('c')], known)).toEqual([
    { agent_id: 'a', slots: 1 },
    { agent_id: 'c', slots: 4 },
  ]);
});

test.each<[string, Partial<AgentView>]>([
  ['is on a runner', { runner_id: 'r' }],
  ['was not approved', { status: 'pending' }],
  ['is offline', { status: 'offline' }],
  ['drains', { status: 'draining' }],
  ['has an open breaker', { status: 'degraded', breaker_open: true }],
])('nothing is asked for an agent that %s', (_how, more) => {
  expect(wantedSlots([agent('a', more)], nobody)).toEqual([]);
});

test('an agent that is left alone for a while is asked for nothing; one whose last call failed is', () => {
  expect(wantedSlots([agent('a')], { ...nobody, isResting: () => true })).toEqual([]);
  expect(wantedSlots([agent('a', { status: 'degraded' })], nobody)).toEqual([{ agent_id: 'a', slots: 4 }]);
});
