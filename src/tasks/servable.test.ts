import { expect, test } from 'vitest';
import type { ModelInfo } from '../agents/push/schema.ts';
import type { Roster } from '../agents/roster.ts';
import type { AgentView } from '../agents/schema.ts';
import type { Db } from '../db/database.ts';
import { NeedsClasses } from './needs-classes.ts';
import { needs } from './schema.ts';
import { Servable } from './servable.ts';

const MODELS: ModelInfo[] = Array.from({ length: 2000 }, (_, at) => ({
  name: `model-${at}`,
  capabilities: ['chat'],
  size_bytes: null,
  parameters: null,
  quantisation: null,
  context_length: at,
  loaded: false,
  loaded_until: null,
}));

/** A replica that knows one model server, and classes that ask for a context of 1, 2, 3 ... tokens. */
function given(inventory: ModelInfo[], known: number) {
  const agent = { id: 'laptop', kind: 'openai', name: 'laptop', runner_id: null, runner: null } as unknown as AgentView;
  Object.assign(agent, {
    capabilities: ['chat'],
    models: [],
    labels: {},
    max_concurrent: 4,
    status: 'online',
    inventory,
  });
  const roster = { version: 1, get: () => agent };
  const classes = new NeedsClasses(undefined as unknown as Db);
  const learn = (id: number) => classes.learn(id, needs.parse({ min_context_length: id }));
  for (let id = 1; id <= known; id++) learn(id);
  const servable = new Servable(roster as unknown as Roster, classes);
  const classesOf = () => [...servable.classesOf('laptop')];
  return { agent, roster, learn, servable, classesOf };
}

test('what an agent could serve follows what it is, not what it is doing', () => {
  const { agent, roster, learn, servable, classesOf } = given(MODELS.slice(0, 3), 4);
  expect(classesOf()).toEqual([1, 2]);
  Object.assign(agent, { status: 'offline', used: 4, breaker_open: true });
  roster.version++;
  expect([classesOf(), servable.isCold('laptop', 2)]).toEqual([[1, 2], true]);
  agent.inventory = MODELS.slice(0, 4).map((model) => ({ ...model, loaded: true }));
  roster.version++;
  expect([classesOf(), servable.isCold('laptop', 2)]).toEqual([[1, 2, 3], false]);
  agent.inventory = MODELS.slice(0, 11);
  roster.version++;
  learn(10);
  learn(11);
  expect(classesOf()).toEqual([1, 2, 3, 4, 10]);
  agent.status = 'pending';
  roster.version++;
  expect(classesOf()).toEqual([]);
});

test('a server of 2,000 models and as many kinds of needs do not hold up the replica again and again', () => {
  const { agent, roster, learn, classesOf } = given(MODELS, 2000);
  classesOf();
  const began = performance.now();
  for (let round = 0; round < 20; round++) {
    agent.inventory = MODELS.map((model) => ({ ...model, loaded_until: `${round}` }));
    roster.version++;
    learn(3000 + round);
    classesOf();
  }
  expect(performance.now() - began).toBeLessThan(1500);
});
