import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PACKAGE = '@qwen-code/qwen-code';
const VERSION = '0.24.4';
const FOLDER = new URL('./.agent/', import.meta.url).pathname;

/** Installs the coding agent by npm into a folder of the example, unless it is there, and gives the path of its program. */
export async function installAgent(): Promise<string> {
  const program = join(FOLDER, 'node_modules', PACKAGE, 'cli-entry.js');
  if (existsSync(program)) return program;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, 'package.json'), JSON.stringify({ private: true }));
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', `${PACKAGE}@${VERSION}`];
  await promisify(execFile)('npm', args, { cwd: FOLDER });
  return program;
}
