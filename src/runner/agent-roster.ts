import type { AgentDeclaration } from '../agents/schema.ts';
import type { AgentConfig } from './agents-schema.ts';
import { declareAgent } from './declare-agent.ts';
import type { UnableAgents } from './unable-agents.ts';

/** The agents of this runner: what agents.yaml says of them, what the server calls them, and which can be started now. */
export class AgentRoster {
  readonly #configs: AgentConfig[];
  readonly #environment: NodeJS.ProcessEnv;
  readonly #unable: UnableAgents;
  #declared: AgentDeclaration[] = [];
  #acknowledged = '';
  #names = new Map<string, string>();

  constructor(configs: AgentConfig[], environment: NodeJS.ProcessEnv, unable: UnableAgents) {
    this.#configs = configs;
    this.#environment = environment;
    this.#unable = unable;
  }

  /** Looks which agents can be started now; true when the server was told something else. */
  async check(): Promise<boolean> {
    await this.#unable.recheck();
    this.#declared = await Promise.all(this.#configs.map((agent) => this.#declare(agent)));
    return JSON.stringify(this.#declared) !== this.#acknowledged;
  }

  async #declare(agent: AgentConfig): Promise<AgentDeclaration> {
    const declared = await declareAgent(agent, this.#environment);
    return { ...declared, not_ready_reason: declared.not_ready_reason ?? this.#unable.reasonOf(agent.name) };
  }

  /** An agent was found to be unable to work; the next check says so. */
  get unable(): UnableAgents {
    return this.#unable;
  }

  /** What the server is to be told. */
  get declarations(): AgentDeclaration[] {
    return this.#declared;
  }

  /** The server has taken the declarations and gave each agent its id. */
  acknowledged(declarations: AgentDeclaration[], agents: { id: string; name: string }[]): void {
    this.#acknowledged = JSON.stringify(declarations);
    this.#names = new Map(agents.map(({ id, name }) => [id, name]));
  }

  /** The agent that the server means; undefined when it is not one of this runner. */
  find(agentId: string): AgentConfig | undefined {
    return this.#configs.find(({ name }) => name === this.#names.get(agentId));
  }

  /**
   * Free slots by agent, for those that are ready and have some, at most `room` in all; `used` counts what each does now.
   */
  wants(used: (agentId: string) => number, room: number): { agent_id: string; slots: number }[] {
    let left = room;
    const wants = [...this.#names].map(([agent_id, name]) => {
      const slots = Math.min(left, this.#readySlots(name) - used(agent_id));
      left -= Math.max(slots, 0);
      return { agent_id, slots };
    });
    return wants.filter(({ slots }) => slots > 0);
  }

  #readySlots(name: string): number {
    const declared = this.#declared.find((agent) => agent.name === name);
    return declared && declared.not_ready_reason === null ? declared.max_concurrent : 0;
  }
}
