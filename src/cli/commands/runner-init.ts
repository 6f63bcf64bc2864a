import { join, resolve } from 'node:path';
import type { Io } from '../io.ts';
import { runnerFolder } from '../runner-folder.ts';
import { printJson } from '../show/json.ts';

type Options = { json?: true; folder?: string; agents?: string };

/** `whoosh runner init` */
export async function initRunner(io: Io, { json, folder, agents }: Options): Promise<void> {
  const { initAgentsFile } = await import('../../runner/init.ts');
  const file = agents ? resolve(io.cwd, agents) : join(runnerFolder(io, folder), 'agents.yaml');
  const found = await initAgentsFile(file, io.env);
  if (json) return printJson(io, { file, found: found.map(({ name, path, version }) => ({ name, path, version })) });
  io.stdout.write(`${file} written\n`);
  for (const { title, version, path } of found)
    io.stdout.write(`  found ${title}${version ? ` ${version}` : ''} at ${path}\n`);
  const offered = found.length ? 'They are offered in it, switched off. ' : 'No coding CLI was found. ';
  io.stdout.write(`${offered}Switch on what you want, then start the runner: whoosh runner --help\n`);
}
