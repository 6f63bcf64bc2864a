import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true; name?: string; weight?: number; maxUnfinishedTasks?: number };

/** `whoosh project create` */
export async function createProject(io: Io, options: Options, slug: string): Promise<void> {
  const client = await openClient(io, options);
  const { name, weight, maxUnfinishedTasks: max_unfinished_tasks } = options;
  const project = await client.createProject({
    slug,
    ...(name !== undefined && { name }),
    ...(weight !== undefined && { weight }),
    ...(max_unfinished_tasks !== undefined && { max_unfinished_tasks }),
  });
  if (options.json) return printJson(io, project);
  io.stdout.write(`${project.slug} ${project.id}\n`);
}
