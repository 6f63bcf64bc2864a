import { mapFew } from '../../../../src/agents/push/wire/map-few.ts';
import type { Fleet } from '../../fleet/fleet.ts';

export type NewAgent = {
  name: string;
  kind: 'ollama' | 'openai';
  url: string;
  project?: string;
  labels?: Record<string, string>;
  capabilities?: string[];
  max_concurrent?: number;
};

/** Adds model servers to a fleet and lets them be called; each is probed at once. */
export async function addAgents({ client }: Fleet, agents: NewAgent[]): Promise<void> {
  await mapFew(agents, 8, async (agent) => {
    await client.insist({ path: '/agents', body: agent });
    await client.insist({ path: `/agents/${agent.name}/approve` });
  });
}

/** A project of its own, whose agents nobody else uses. */
export async function addProject({ client }: Fleet, slug: string): Promise<void> {
  await client.insist({ path: '/projects', body: { slug, name: slug } });
}
