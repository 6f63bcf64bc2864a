import { expect, test } from 'vitest';
import { addressOf } from './address-of.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['192.0.2.7:51234', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['x:'.repeat(100), 'x:'.repeat(32)],
])('a client at %s is counted as %s', (ip, counted) => {
  expect(addressOf(ip)).toBe(counted);
});
