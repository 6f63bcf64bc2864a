import { rm } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { scratchFolder } from './scratch-folder.ts';

/** A scratch folder that goes with the test, after all that the test starts later: whatever writes there has ended then. */
export async function testFolder(): Promise<string> {
  const folder = await scratchFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
