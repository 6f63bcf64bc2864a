import type { Roster } from '../agents/roster.ts';
import { atItsBest, matchAgent } from './match.ts';
import type { NeedsClasses } from './needs-classes.ts';

type Entry = { version: number; known: number; classes: Set<number> };

/** Which classes an agent could serve, decided anew only when the agents or the known classes have changed. */
export class Servable {
  readonly #roster: Roster;
  readonly #classes: NeedsClasses;
  readonly #entries = new Map<string, Entry>();

  constructor(roster: Roster, classes: NeedsClasses) {
    this.#roster = roster;
    this.#classes = classes;
  }

  classesOf(agentId: string): Set<number> {
    const cached = this.#entries.get(agentId);
    const { version } = this.#roster;
    if (cached?.version === version && cached.known === this.#classes.size) return cached.classes;
    const entry = { version, known: this.#classes.size, classes: this.#decide(agentId) };
    this.#entries.set(agentId, entry);
    return entry.classes;
  }

  #decide(agentId: string): Set<number> {
    const agent = this.#roster.get(agentId);
    if (!agent) return new Set();
    const best = atItsBest(agent);
    const could = (id: number) => matchAgent(best, this.#classes.needsOf(id)!).verdict === 'eligible';
    return new Set(this.#classes.known().filter(could));
  }
}
