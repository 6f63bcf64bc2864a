import { hostname } from 'node:os';
import type { AgentDeclaration } from '../agents/schema.ts';
import type { AgentConfig } from './agents-schema.ts';
import { agentEnvironment } from './environment.ts';
import { findExecutable } from './find-executable.ts';

/**
 * What the runner tells the server of one agent. Adds the labels os, arch and hostname unless the file sets them, and
 * says in `not_ready_reason` why its program cannot be started now.
 */
export async function declareAgent(agent: AgentConfig, own: NodeJS.ProcessEnv): Promise<AgentDeclaration> {
  const found = await findExecutable(agent.command[0], agentEnvironment(agent, own).PATH);
  return {
    name: agent.name,
    kind: agent.kind,
    capabilities: agent.capabilities,
    models: agent.models,
    labels: { os: process.platform, arch: process.arch, hostname: hostname().slice(0, 200), ...agent.labels },
    max_concurrent: agent.max_concurrent,
    account: accountOf(agent),
    not_ready_reason: 'reason' in found ? found.reason.slice(0, 500) : null,
  };
}

/**
 * The account that the agent works on. A coding agent that names none is signed in as the user of its machine: nobody
 * else shares that account.
 */
export function accountOf({ kind, name, account }: AgentConfig): string | null {
  if (account !== undefined) return account;
  return kind === 'acp' ? `${name}@${hostname()}`.slice(0, 100) : null;
}
