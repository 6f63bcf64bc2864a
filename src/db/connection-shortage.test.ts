import { expect, test } from 'vitest';
import { connectionShortage } from './connection-shortage.ts';

const facts = {
  version: 150018,
  version_text: '15.18',
  usable: 97,
  foreign: 7,
  replicas: 3,
  replicas_here: 1,
  standby: false,
};

test('replicas that fit beside one another and the connections of others are no matter', () => {
  expect(connectionShortage(facts, 30)).toBeUndefined();
});

test('replicas that would one day want more connections than there are, are told what to change', () => {
  expect(connectionShortage({ ...facts, replicas: 4 }, 30)).toBe(
    'PostgreSQL may run out of connections: 4 x 30 for replicas and 7 of others make 127, and it has 97. Remedy: let DB_POOL_SIZE + DB_MAX_OVERFLOW be 22, raise max_connections by 30, or set DB_POOLER',
  );
  expect(connectionShortage({ ...facts, replicas: 20 }, 30)).toContain('Remedy: raise max_connections by 510');
});
