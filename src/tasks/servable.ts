import type { Roster } from '../agents/roster.ts';
import type { AgentView } from '../agents/schema.ts';
import type { FullNeeds } from './full-needs.ts';
import { atItsBest, matchAgent } from './match.ts';
import type { NeedsClasses } from './needs-classes.ts';
import { suitableModels } from './suitable-models.ts';

/** `facts`: all of the agent that decides, as text. `decided`: the classes that were looked at. */
type Entry = {
  version: number;
  facts: string;
  decided: Set<number>;
  classes: Set<number>;
  cold: Set<number>;
};

/**
 * Which classes an agent could serve. The agents are read anew every few seconds, and with 2,000 models one class takes
 * 0.2 ms: so only what is new is decided, an agent that has changed or a class.
 */
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
    if (cached?.version === version && cached.decided.size === this.#classes.size) return cached;
    const agent = this.#roster.get(agentId);
    const facts = cached?.version === version ? cached.facts : factsOf(agent);
    const entry = { version, facts, ...this.#decide(agent, cached?.facts === facts ? cached : undefined) };
    this.#entries.set(agentId, entry);
    return entry;
  }

  #decide(agent: AgentView | undefined, before: Entry | undefined): Pick<Entry, 'decided' | 'classes' | 'cold'> {
    const decided = new Set(this.#classes.known());
    const [classes, cold] = [new Set<number>(), new Set<number>()];
    const best = agent && atItsBest(agent);
    for (const id of decided) {
      const needs = this.#classes.needsOf(id)!;
      const isKnown = before?.decided.has(id);
      const could = isKnown ? before!.classes.has(id) : best && matchAgent(best, needs).verdict === 'eligible';
      if (!could) continue;
      classes.add(id);
      const isCold = isKnown ? before!.cold.has(id) : needsToLoad(agent!, needs);
      if (isCold) cold.add(id);
    }
    return { decided, classes, cold };
  }
}

const needsToLoad = (agent: AgentView, needs: FullNeeds): boolean =>
  agent.runner_id === null && !suitableModels(agent, needs)[0]?.loaded;

/** Not what it is doing this moment, nor until when its models stay loaded, which is another time with every look. */
function factsOf(agent: AgentView | undefined): string {
  if (!agent) return '';
  const { id, name, kind, runner_id, runner, capabilities, models, labels, max_concurrent, status } = agent;
  const inventory = agent.inventory.map((model) => ({ ...model, loaded_until: null }));
  const is = { id, name, kind, runner_id, runner, capabilities, models, labels, max_concurrent, inventory };
  return JSON.stringify({ ...is, pending: status === 'pending' });
}
