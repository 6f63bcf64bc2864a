import type { Client } from '../../client/client.ts';
import { CliError } from '../cli-error.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { readJson } from '../read-text.ts';
import { printFields } from '../show/fields.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';

type Options = ServerOptions & {
  json?: true;
  name?: string;
  weight?: number;
  maxUnfinishedTasks?: number;
  requireApproval?: boolean;
  permissionRules?: string;
};
type Change = Parameters<Client['updateProject']>[1];

/** `whoosh project update` */
export async function updateProject(io: Io, options: Options, project: string): Promise<void> {
  const change = await changeOf(io, options);
  if (!Object.keys(change).length) {
    const sentence = 'There is nothing to change: give an option';
    throw new CliError(sentence, { code: 'usage', exit: 'usage', hint: 'See `whoosh project update --help`.' });
  }
  const client = await openClient(io, options);
  const now = await client.updateProject(project, change);
  if (options.json) return printJson(io, now);
  printFields(io, {
    slug: now.slug,
    name: oneLine(now.name),
    weight: now.weight,
    'max unfinished tasks': now.max_unfinished_tasks,
    'requires approval': now.requires_approval ? 'yes' : 'no',
    'permission rules': now.permission_rules.map((rule) => JSON.stringify(rule)).join('\n'),
  });
}

async function changeOf(io: Io, options: Options): Promise<Change> {
  const { name, weight, maxUnfinishedTasks, requireApproval, permissionRules } = options;
  return {
    ...(name !== undefined && { name }),
    ...(weight !== undefined && { weight }),
    ...(maxUnfinishedTasks !== undefined && { max_unfinished_tasks: maxUnfinishedTasks }),
    ...(requireApproval !== undefined && { requires_approval: requireApproval }),
    ...(permissionRules !== undefined && {
      permission_rules: (await readJson(io, '--permission-rules', permissionRules)) as NonNullable<
        Change['permission_rules']
      >,
    }),
  };
}
