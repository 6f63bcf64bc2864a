import type { Db } from '../db/database.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { sha256 } from '../lib/sha256.ts';
import type { FullNeeds } from './full-needs.ts';

/** A queue unused for a day may be deleted, so a replica trusts its memory of one for far less. */
const TRUST_MS = 600_000;
/** About 20 MB of needs; more distinct needs than that are asked of the database again. */
const MOST_REMEMBERED = 50_000;

const INTERN_SQL = `
  with wanted as (
    insert into needs_classes (hash, needs) values (decode($2, 'hex'), $3)
    on conflict (hash) do update set hash = excluded.hash
    returning id
  ), queue as (
    insert into queues (project_id, class_id) select $1, id from wanted
    on conflict (project_id, class_id) do update set last_used_at = now()
  )
  select id from wanted`;

/**
 * Tasks with equal needs share a class, so that an agent is matched against each class once and not against each task.
 * Holds what this replica knows of classes; the tables are the truth.
 */
export class NeedsClasses {
  readonly #db: Db;
  readonly #needs = new Map<number, FullNeeds>();
  readonly #interned = new Map<string, { id: Promise<number>; until: number }>();

  constructor(db: Db) {
    this.#db = db;
  }

  /** The class of these needs, with a queue for it in the project. */
  intern(projectId: string, needs: FullNeeds): Promise<number> {
    const key = `${projectId} ${JSON.stringify(needs)}`;
    const known = this.#interned.get(key);
    if (known && known.until > performance.now()) return known.id;
    if (this.#interned.size >= MOST_REMEMBERED) this.#forgetAll();
    const id = this.#insert(projectId, canonicalNeeds(needs));
    this.#interned.set(key, { id, until: performance.now() + TRUST_MS });
    // A failed statement must not be remembered as the answer.
    id.catch(() => this.#interned.delete(key));
    return id;
  }

  /** What the class asks for; undefined when this replica has not met it yet. */
  needsOf = (classId: number): FullNeeds | undefined => this.#needs.get(classId);

  /** Every class this replica knows. */
  known = (): number[] => [...this.#needs.keys()];

  /** How many that are. */
  get size(): number {
    return this.#needs.size;
  }

  /** Learns a class that another replica made. */
  learn(classId: number, needs: FullNeeds): void {
    if (this.#needs.size >= MOST_REMEMBERED) this.#forgetAll();
    this.#needs.set(classId, needs);
  }

  async #insert(projectId: string, text: string): Promise<number> {
    const [row] = await this.#db.query<{ id: number }>(INTERN_SQL, [projectId, sha256(text), text], {
      name: 'needs-intern',
    });
    this.learn(row!.id, JSON.parse(text) as FullNeeds);
    return row!.id;
  }

  #forgetAll(): void {
    this.#needs.clear();
    this.#interned.clear();
  }
}

/** The order in which capabilities and label rules are written does not matter. */
function canonicalNeeds(needs: FullNeeds): string {
  return canonicalJson({
    ...needs,
    capabilities: [...new Set(needs.capabilities)].sort(),
    labels: [...new Map(needs.labels.map((rule) => [canonicalJson(rule), rule])).entries()]
      .sort(byText)
      .map(([, rule]) => rule),
  });
}

const byText = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
