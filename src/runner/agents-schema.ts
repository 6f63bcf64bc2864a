import { z } from 'zod';
import { agentDeclaration, word } from '../agents/schema.ts';
import { permissionRules } from '../projects/schema.ts';

const { name, capabilities, models, labels, max_concurrent } = agentDeclaration.shape;

const envName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable')
  .refine((value) => !value.startsWith('WHOOSH_'), 'WHOOSH_ variables are set by the runner');

const program = z
  .string()
  .regex(
    /^(~?\/.+|[^/]+)$/,
    'expected a name that is looked up on PATH, or an absolute path: a relative one would be searched in the workspace',
  );

const shared = {
  name,
  capabilities,
  models,
  labels: labels.refine(
    (value) => Object.keys(value).length <= 47,
    'at most 47 labels: the runner adds os, arch and hostname',
  ),
  max_concurrent,
  env: z.record(envName, z.string()).default({}).describe('variables with fixed values'),
  pass_env: z.array(envName).default([]).describe("names of variables to take over from the runner's environment"),
  timeout_ms: z.number().int().min(1).max(604_800_000).optional().describe('longest time an attempt may run'),
  account: word.optional().describe('the account of a provider that it works on; agents that name the same share it'),
};
const commandVector = z.tuple([program], z.string(), 'expected a list: the program, then its arguments');

/** An agent that is a command: started once for each attempt. */
const commandAgent = z
  .strictObject({
    ...shared,
    kind: z.literal('command'),
    command: commandVector.describe(
      'argument vector; {prompt_file}, and with `prompt: argument` {prompt}, are replaced in each argument',
    ),
    prompt: z.enum(['stdin', 'file', 'argument']).default('stdin').describe('how the command is told the prompt'),
    retry_exit_codes: z
      .array(z.number().int().min(1).max(255))
      .default([75])
      .describe('exit codes after which another attempt makes sense; 75 is EX_TEMPFAIL'),
  })
  .superRefine(({ command, prompt }, ctx) => {
    const asks = command.some((part) => part.includes('{prompt}'));
    const refuse = (message: string) => ctx.addIssue({ code: 'custom', path: ['prompt'], message });
    if (prompt === 'argument' && !asks)
      refuse('with `prompt: argument` one argument of the command must hold {prompt}');
    if (prompt !== 'argument' && asks) refuse('the command holds {prompt}: that needs `prompt: argument`');
  });
export type CommandAgent = z.infer<typeof commandAgent>;

/** An agent that speaks the Agent Client Protocol on its standard input and output. */
const acpAgent = z.strictObject({
  ...shared,
  kind: z.literal('acp'),
  command: commandVector.describe('argument vector that makes it speak the Agent Client Protocol'),
  permissions: permissionRules
    .default([])
    .describe('what it may do without asking; they come before the rules of the project'),
  mode: z.string().min(1).max(200).optional().describe('mode of the session that is set before the prompt'),
});
export type AcpAgent = z.infer<typeof acpAgent>;

const agentConfig = z.discriminatedUnion('kind', [commandAgent, acpAgent]);
export type AgentConfig = z.infer<typeof agentConfig>;

/** What agents.yaml may hold. An empty `agents:` is allowed: the runner then only shows itself. */
export const agentsSchema = z.strictObject({
  directories: z
    .array(z.string().regex(/^(~|~?\/.*)$/, 'expected an absolute path, or one that begins with ~/'))
    .nullish()
    .transform((value) => value ?? [])
    .describe('folders below which `directory` workspaces and repositories given by path may lie'),
  repositories: z
    .array(z.string().min(1).max(2048))
    .nullish()
    .transform((value) => value ?? undefined)
    .describe('patterns of repository URLs that are allowed, with * for any text; without it, every URL is'),
  agents: z
    .array(agentConfig)
    .max(200)
    .nullish()
    .transform((value) => value ?? [])
    .superRefine((agents, ctx) => {
      const seen = new Set<string>();
      agents.forEach((agent, index) => {
        if (seen.has(agent.name))
          ctx.addIssue({ code: 'custom', path: [index, 'name'], message: 'another agent has this name' });
        seen.add(agent.name);
      });
    }),
});
