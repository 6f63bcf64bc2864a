import { bashCompletion } from '../completion/bash.ts';
import { commandPaths } from '../completion/command-paths.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { Io } from '../io.ts';
import { buildProgram } from '../program.ts';

const SHELLS: Record<string, typeof bashCompletion> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `whoosh completion` */
export async function printCompletion(io: Io, _options: object, shell: string): Promise<void> {
  io.stdout.write(SHELLS[shell]!(commandPaths(await buildProgram({ io, leave: () => {} }))));
}
