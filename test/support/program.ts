import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

// Debian keeps servers in /usr/sbin, which is not on the path of a plain user.
const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'];

/** The path of a program that is not ours to bring; without it the test is skipped, and says who brings it. */
export function program(name: string, { skip }: Pick<TestContext, 'skip'>): string {
  const found = FOLDERS.map((folder) => join(folder, name)).find(isExecutable);
  return found ?? skip(`${name} is not on this machine: on Debian, .ci/packages brings it`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for us.
  }
}
