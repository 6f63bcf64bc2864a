import type { Roster } from '../agents/roster.ts';
import { atItsBest, matchAgent } from './match.ts';
import type { NeedsClasses } from './needs-classes.ts';
import { suitableModels } from './suitable-models.ts';

type Entry = { version: number; known: number; classes: Set<number>; cold: Set<number> };

/** Which classes an agent could serve, decided anew only when the agents or the known classes have changed. */
export class Servable {
  readonly #roster: Roster;
  readonly #classes: NeedsClasses;
  readonly #entries = new Map<string, Entry>();

  constructor(roster: Roster, classes: NeedsClasses) {
    this.#roster = roster;
    this.#classes = classes;
  }

  classesOf = (agentId: string): Set<number> => this.#entryOf(agentId).classes;

  /** Whether the agent would first have to load a model for tasks of the class. */
  isCold = (agentId: string, classId: number): boolean => this.#entryOf(agentId).cold.has(classId);

  #entryOf(agentId: string): Entry {
    const cached = this.#entries.get(agentId);
    const { version } = this.#roster;
    if (cached?.version === version && cached.known === this.#classes.size) return cached;
    const entry = { version, known: this.#classes.size, ...this.#decide(agentId) };
    this.#entries.set(agentId, entry);
    return entry;
  }

  #decide(agentId: string): Pick<Entry, 'classes' | 'cold'> {
    const agent = this.#roster.get(agentId);
    if (!agent) return { classes: new Set(), cold: new Set() };
    const best = atItsBest(agent);
    const could = (id: number) => matchAgent(best, this.#classes.needsOf(id)!).verdict === 'eligible';
    const isCold = (id: number) => !suitableModels(agent, this.#classes.needsOf(id)!)[0]?.loaded;
    const classes = this.#classes.known().filter(could);
    return { classes: new Set(classes), cold: new Set(agent.runner_id === null ? classes.filter(isCold) : []) };
  }
}
