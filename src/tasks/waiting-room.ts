import type { Roster } from '../agents/roster.ts';
import type { Grant } from './attempt-schema.ts';
import type { NeedsClasses } from './needs-classes.ts';
import type { Servable } from './servable.ts';

/** A holder with free slots. `giveBack` is called with grants that came after it had gone. */
export type Claimer = {
  holder_id: string;
  lease_ttl_ms: number;
  wants: { agent_id: string; slots: number }[];
  signal: AbortSignal;
  giveBack(grants: Grant[]): void;
};
export type Waiting = Claimer & { answer(grants: Grant[]): void };

/**
 * The holders that wait for work at this replica, and who of them could serve which class. Kept from round to round: to
 * ask 2,000 agents anew in each one took 6 ms, most of what an idle fleet cost.
 */
export class WaitingRoom {
  readonly #roster: Roster;
  readonly #classes: NeedsClasses;
  readonly #servable: Servable;
  readonly #waiting = new Set<Waiting>();
  /** Also says under which classes each one stands, though what it could serve has changed since. */
  readonly #standing = new Map<Waiting, Set<number>[]>();
  #byClass = new Map<number, Set<Waiting>>();
  #version = -1;
  #known = -1;

  constructor(roster: Roster, classes: NeedsClasses, servable: Servable) {
    this.#roster = roster;
    this.#classes = classes;
    this.#servable = servable;
  }

  get size(): number {
    return this.#waiting.size;
  }

  [Symbol.iterator](): Iterator<Waiting> {
    return this.#waiting.values();
  }

  has = (one: Waiting): boolean => this.#waiting.has(one);

  enter(one: Waiting): void {
    this.#waiting.add(one);
    this.#place(one);
  }

  leave(one: Waiting): void {
    if (!this.#waiting.delete(one)) return;
    this.#displace(one);
  }

  clear(): void {
    for (const one of [...this.#waiting]) this.leave(one);
  }

  /** The classes that somebody here could serve. */
  classes(): number[] {
    this.#renew();
    return [...this.#byClass.keys()];
  }

  /** The classes that one of these could serve. */
  classesOf(some: Iterable<Waiting>): Set<number> {
    const classes = new Set<number>();
    for (const { wants } of some)
      for (const { agent_id } of wants) for (const id of this.#servable.classesOf(agent_id)) classes.add(id);
    return classes;
  }

  /** Who could serve one of the classes. */
  ableTo(classes: Iterable<number>): Set<Waiting> {
    this.#renew();
    const able = new Set<Waiting>();
    for (const id of classes) for (const one of this.#byClass.get(id) ?? []) able.add(one);
    return able;
  }

  /** The agents were read anew, or a class was learned. */
  #renew(): void {
    if (this.#version === this.#roster.version && this.#known === this.#classes.size) return;
    this.#version = this.#roster.version;
    this.#known = this.#classes.size;
    this.#byClass = new Map();
    for (const one of this.#waiting) this.#place(one);
  }

  #place(one: Waiting): void {
    const sets = one.wants.map(({ agent_id }) => this.#servable.classesOf(agent_id));
    this.#standing.set(one, sets);
    for (const id of sets.flatMap((set) => [...set])) {
      const able = this.#byClass.get(id);
      if (able) able.add(one);
      else this.#byClass.set(id, new Set([one]));
    }
  }

  #displace(one: Waiting): void {
    for (const id of this.#standing.get(one)!.flatMap((set) => [...set])) {
      const able = this.#byClass.get(id);
      able?.delete(one);
      if (able?.size === 0) this.#byClass.delete(id);
    }
    this.#standing.delete(one);
  }
}
