import { SETTING_ROWS } from '../../src/config.ts';

const OURS = new Set(SETTING_ROWS.flatMap(({ env, secret }) => (secret ? [env, `${env}_FILE`] : [env])));
/** What the image reads beside the settings of the server. */
const OTHERS = ['NODE_ENV', 'NODE_OPTIONS'];

/** Of the variables that a deployment sets for our image, those that nothing reads: a typing error, or a setting of old. */
export const unknownSettings = (names: string[]): string[] =>
  names.filter((name) => !OURS.has(name) && !OTHERS.includes(name));

/** Of the settings that are given by value, those that are secrets: they belong into files. */
export const secretsByValue = (names: string[]): string[] =>
  names.filter((name) => SETTING_ROWS.some(({ env, secret }) => secret && env === name));
