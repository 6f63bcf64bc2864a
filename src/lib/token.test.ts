import { expect, test } from 'vitest';
import { mintToken, parseToken, sameSecret } from './token.ts';

const ID = '01989d3c-5a5b-7c2d-8e1f-001122334455';

test('a credential comes apart into what it was made of', () => {
  const { token, secret_hash } = mintToken('whk', ID);
  expect(token).toMatch(/^whk_01989d3c5a5b7c2d8e1f001122334455_[0-9a-f]{64}$/);
  expect(parseToken(token)).toEqual({ prefix: 'whk', id: ID, secret_hash });
});

test('the credential of an attempt carries the task and the epoch', () => {
  const { token, secret_hash } = mintToken('wha', ID, 12);
  expect(parseToken(token)).toEqual({ prefix: 'wha', id: ID, epoch: 12, secret_hash });
});

test('what does not have the form of a credential is not taken apart', () => {
  const { token } = mintToken('whk', ID);
  const bad = [
    '',
    'whk',
    token.slice(0, -1),
    `${token}0`,
    token.replace('whk', 'xyz'),
    token.toUpperCase(),
    `${token}\n`,
  ];
  const attemptWithoutEpoch = token.replace('whk', 'wha');
  const keyWithEpoch = mintToken('wha', ID, 1).token.replace('wha', 'whk');
  for (const text of [...bad, attemptWithoutEpoch, keyWithEpoch]) expect(parseToken(text)).toBeUndefined();
});

test('two credentials of the same id have different secrets', () => {
  const one = mintToken('whr', ID).secret_hash;
  expect(sameSecret(one, mintToken('whr', ID).secret_hash)).toBe(false);
  expect(sameSecret(one, Buffer.from(one))).toBe(true);
  expect(sameSecret(one, null)).toBe(false);
});
