import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'vitest';
import { prometheusTools } from './prometheus-tools.ts';

/** What it said, on either output, and how it ended. */
type Said = { code: number | null; said: string };

/** Runs Debian's promtool; a test that asks for it is skipped, with the reason, where it cannot be had (never in CI). */
export async function promtool({ skip }: TestContext, args: string[], input = ''): Promise<Said> {
  const tools = prometheusTools();
  if (typeof tools === 'string') return skip(tools);
  const child = spawn(tools.promtool, args, { stdio: 'pipe' });
  child.stdin.end(input);
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { code, said: out + error };
}
