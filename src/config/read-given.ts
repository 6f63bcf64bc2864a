import { readFileSync } from 'node:fs';
import type { Setting } from './setting.ts';

/** What the environment says of a setting: its text and the variable it came from, or what is wrong. */
export type Given = { text: string; from: string } | { problem: string };

/**
 * Reads a setting from its variable, or from the file that `<variable>_FILE` names when it is a secret, as Docker and
 * Kubernetes hand secrets out. Undefined when neither is set; an empty variable counts as absent, an empty file does not.
 */
export function readGiven(
  { env: name, secret }: Pick<Setting<unknown>, 'env' | 'secret'>,
  env: NodeJS.ProcessEnv,
): Given | undefined {
  const given = env[name] || undefined;
  const file = (secret && env[`${name}_FILE`]) || undefined;
  if (given && file) return { problem: `${name} and ${name}_FILE are both set: keep one of them` };
  if (file) return readSecretFile(`${name}_FILE`, file);
  return given ? { text: given, from: name } : undefined;
}

function readSecretFile(name: string, file: string): Given {
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return text ? { text, from: name } : { problem: `${name}=${file} is not usable: the file is empty` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: `${name}=${file} is not usable: the file cannot be read (${code})` };
  }
}
