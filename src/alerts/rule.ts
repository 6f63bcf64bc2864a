import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import type { Broken } from '../coordinator/audit.ts';

/** A condition that holds now, and what about. */
export type Finding = {
  subject: string;
  /** null: the whole fleet's. */
  project_id: string | null;
  /** One sentence; may hold names that people gave. */
  summary: string;
  detail: string | null;
};

/** Parts of this replica, as /health tells of them. */
export type Components = Record<string, { status: 'operational' | 'degraded'; detail?: string | undefined }>;

/** What a rule may look at. */
export type Scene = {
  context: Context;
  components: Components;
  /** What the last audit of this replica found. */
  broken: Broken[];
  /** How this replica is called in alerts. */
  replica: string;
};

/** When an alert opens, and what for. */
export type AlertRule = {
  severity: 'warning' | 'critical';
  /** Looks at the replica itself, which takes no database; or at the fleet, which every replica sees alike. */
  scope: 'replica' | 'fleet';
  /** What holds while it is open, for the documentation. */
  opens: string;
  /** The settings that it is measured by. */
  settings?: readonly (keyof Config)[];
  /** What is measured over a time of its own, or cannot come and go: its alert opens at once. */
  at_once?: true;
  look(scene: Scene): Finding[] | Promise<Finding[]>;
};
