import { fullName } from '../agents/schema.ts';
import type { Client } from '../client/client.ts';

/** What the server takes for an agent: `runner/name`, as lists and `task why` print it, becomes the agent's id. */
export async function findAgent(client: Client, given: string): Promise<string> {
  if (!given.includes('/')) return given;
  const agents = await client.listAgents();
  return agents.find((agent) => fullName(agent) === given)?.id ?? given;
}
