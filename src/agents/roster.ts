import type { Db } from '../db/database.ts';
import { readRoster } from './read-roster.ts';
import type { AgentView } from './schema.ts';

/** What this replica knows of the agents; at most a poll interval old, and refreshed at once when one changes. */
export class Roster {
  readonly #db: Db;
  #agents = new Map<string, AgentView>();
  #refreshing: Promise<AgentView[]> | undefined;
  /** Grows with every refresh, so that whoever derived something from the agents knows when to do it again. */
  version = 0;
  readonly #hearers = new Set<() => void>();

  constructor(db: Db) {
    this.#db = db;
  }

  agents = (): AgentView[] => [...this.#agents.values()];

  get = (id: string): AgentView | undefined => this.#agents.get(id);

  /** Reads the agents anew; callers that ask meanwhile share the answer. */
  refresh(): Promise<AgentView[]> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Calls `hear` after each refresh. Returns what ends that. */
  onRefresh(hear: () => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  async #read(): Promise<AgentView[]> {
    const agents = await readRoster(this.#db, null);
    this.#agents = new Map(agents.map((agent) => [agent.id, agent]));
    this.version += 1;
    for (const hear of this.#hearers) hear();
    return agents;
  }
}
