/** What a clock may have passed, by what it lets happen. */
export type Passing = 'available' | 'lease' | 'start' | 'attempt' | 'cancel' | 'deadline' | 'queue_deadline';

export type AttemptOutcome = 'succeeded' | 'failed' | 'lost' | 'released' | 'cancelled' | 'expired';
export type Attempt = {
  epoch: number;
  agent: number;
  holder: number;
  outcome: AttemptOutcome | null;
  /** What its holder said at its end. */
  report: string | null;
};
export type State = 'waiting' | 'queued' | 'leased' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired';

/** What a task is submitted with. */
export type Shape = {
  slots: number;
  max_attempts: number;
  /** Its back-off is an hour; otherwise none. */
  backs_off: boolean;
  /** It is not available for the time being. */
  delayed: boolean;
};
export type Task = Shape & {
  state: State;
  reason: string | null;
  result: string | null;
  ready: boolean;
  epoch: number;
  /** Attempts that count. */
  attempts: number;
  agent: number | null;
  holder: number | null;
  cancel_asked: boolean;
  passed: readonly Passing[];
  tries: readonly Attempt[];
};

/** Agents and holders are numbers; of an agent its slots, and the holder that may claim for it. */
export type Agent = { max_concurrent: number; holder: number };
export type World = { agents: readonly Agent[]; tasks: readonly Task[] };

/** Two agents of one runner, and one of another. */
export const AGENTS: readonly Agent[] = [
  { max_concurrent: 2, holder: 0 },
  { max_concurrent: 1, holder: 1 },
  { max_concurrent: 1, holder: 0 },
];

export const isLive = ({ state }: Task): boolean => ['waiting', 'queued', 'leased', 'running'].includes(state);

export const newWorld = (shapes: readonly Shape[]): World => ({ agents: AGENTS, tasks: shapes.map(newTask) });

const newTask = (shape: Shape): Task => ({
  ...shape,
  state: shape.delayed ? 'waiting' : 'queued',
  reason: null,
  result: null,
  ready: !shape.delayed,
  epoch: 0,
  attempts: 0,
  agent: null,
  holder: null,
  cancel_asked: false,
  passed: [],
  tries: [],
});
