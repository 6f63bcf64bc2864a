import { expect, test } from 'vitest';
import { serverProblem } from './server-problem.ts';

const facts = {
  version: 150018,
  version_text: '15.18',
  usable: 97,
  foreign: 3,
  replicas: 1,
  replicas_here: 1,
  standby: false,
};

test('PostgreSQL 15 to 18 with room for the replica is fine [DB1]', () => {
  expect(serverProblem(facts, 97)).toBeUndefined();
  expect(serverProblem({ ...facts, version: 180004, version_text: '18.4' }, 30)).toBeUndefined();
});

test('an older or newer PostgreSQL is named [DB1]', () => {
  const sentence = (version_text: string) =>
    `DATABASE_URL leads to PostgreSQL ${version_text}: WHOOSH needs version 15 to 18`;
  expect(serverProblem({ ...facts, version: 140022, version_text: '14.22' }, 30)).toBe(sentence('14.22'));
  expect(serverProblem({ ...facts, version: 190000, version_text: '19beta1' }, 30)).toBe(sentence('19beta1'));
});

test('a budget beyond the server’s limit is told with both numbers', () => {
  expect(serverProblem(facts, 98)).toContain('ask for 98 connections a replica, and PostgreSQL has 97');
});
