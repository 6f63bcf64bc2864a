import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attemptSpanId, attemptTraceparent } from './attempt-traceparent.ts';
import { NO_TRACING } from './no-tracing.ts';
import { readTraceparent, writeTraceparent } from './traceparent.ts';

const GIVEN = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('a traceparent is read and written as W3C Trace Context wants it', () => {
  expect(writeTraceparent(readTraceparent(GIVEN)!)).toBe(GIVEN);
  expect(readTraceparent(GIVEN.replace(/^00/, 'cc').concat('-what-will-be'))).toMatchObject({
    spanId: '00f067aa0ba902b7',
  });
});

test('what is no traceparent is none, whatever it is', () => {
  const bad = [
    GIVEN.toUpperCase(),
    `${GIVEN}-`,
    `ff${GIVEN.slice(2)}`,
    GIVEN.replace(/4bf.{29}/, '0'.repeat(32)),
    GIVEN.slice(1),
    [GIVEN],
  ];
  for (const given of bad) expect(readTraceparent(given)).toBeUndefined();
  fc.assert(fc.property(fc.anything(), (given) => readTraceparent(given) === undefined));
});

test('an attempt has one place in the trace, known before its span is written, and none of its own when nothing is traced', () => {
  const grant = { task_id: 't', epoch: 2, traceparent: GIVEN };
  const own = attemptTraceparent({ ...NO_TRACING, isOn: true }, grant);
  expect(own).toBe(`00-4bf92f3577b34da6a3ce929d0e0e4736-${attemptSpanId('t', 2)}-01`);
  expect(attemptSpanId('t', 3)).not.toBe(attemptSpanId('t', 2));
  expect(attemptTraceparent(NO_TRACING, grant)).toBe(GIVEN);
});
