import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { removeFolder } from '../../src/runner/remove-folder.ts';

const SHELL = `
directories: [${tmpdir()}]
agents:
  - {name: shell, kind: command, command: [sh, -s], capabilities: [shell], max_concurrent: 4}
`;

/** A runner's folder that goes with the test; its one agent runs the prompt of a task as a script. */
export async function runnerFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-runner-'));
  onTestFinished(() => removeFolder(folder));
  await writeFile(join(folder, 'agents.yaml'), SHELL);
  return folder;
}
