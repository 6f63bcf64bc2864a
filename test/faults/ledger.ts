/** What a client was told of its submission, after its last try. */
type Told = 'ok' | 'failed' | 'unknown';

/** One task that a client wants, under one idempotency key, however often it is sent. */
export type Submission = {
  key: string;
  kind: 'push' | 'pull';
  told: Told;
  /** Every id that an answer named; more than one is a defect. */
  ids: Set<string>;
  /** Tries that ended without an answer, or with a 5xx. */
  unknowns: number;
};

/** A beginning of real work: a call that reached a model server, or a command that a runner began. */
type Execution = {
  /** Of the submission. */
  key: string;
  /** Name of the agent or runner. */
  by: string;
  /** Of all executions; the result names it. */
  number: number;
  at: number;
};

/** What a runner said of an attempt, and what it was answered. */
export type Report = {
  task_id: string;
  epoch: number;
  holder_id: string;
  verb: 'complete' | 'fail' | 'release';
  /** As sent with complete. */
  result?: unknown;
  /** accepted, duplicate, a code such as lease_lost, or unknown after the last try. */
  answer: string;
};

/** A holder that can renew nothing from `at` on: it died, or it is cut off until `until`. */
export type Absence = { replica?: string; holder_id?: string; at: number; until?: number };

/** A time in which no lease could be renewed or taken away, though holders lived. */
export type Outage = { from: number; to: number };

/** The book of one fault: what every client was told. It is resolved from the database at the end. */
export type Ledger = {
  submissions: Map<string, Submission>;
  executions: Execution[];
  reports: Report[];
  absences: Absence[];
  outages: Outage[];
  /** Answers by what was asked and the status: `POST /tasks 201`. */
  answers: Map<string, number>;
  /** Answers that the contract does not know: sentences. */
  oddities: string[];
  submission(key: string, kind: Submission['kind']): Submission;
  /** Notes the beginning of work and numbers it. */
  began(key: string, by: string): Execution;
  answered(call: string, status: number, code?: string): void;
  wentAway(absence: Omit<Absence, 'at'> & { at?: number }): Absence;
  /** Does what makes leases impossible to renew, and notes how long that lasted. */
  duringOutage<T>(work: () => Promise<T>): Promise<T>;
};

/** Opens an empty book. */
export function openLedger(): Ledger {
  const ledger: Ledger = {
    submissions: new Map(),
    executions: [],
    reports: [],
    absences: [],
    outages: [],
    answers: new Map(),
    oddities: [],
    submission(key, kind) {
      const made: Submission = { key, kind, told: 'unknown', ids: new Set(), unknowns: 0 };
      ledger.submissions.set(key, made);
      return made;
    },
    began(key, by) {
      const execution = { key, by, number: ledger.executions.length + 1, at: Date.now() };
      ledger.executions.push(execution);
      return execution;
    },
    answered(call, status, code) {
      const line = `${call} ${status}`;
      ledger.answers.set(line, (ledger.answers.get(line) ?? 0) + 1);
      if (!isKnown(status)) ledger.oddities.push(`${line}${code ? ` (${code})` : ''}`);
    },
    wentAway(absence) {
      const noted = { at: Date.now(), ...absence };
      ledger.absences.push(noted);
      return noted;
    },
    async duringOutage(work) {
      const outage = { from: Date.now(), to: Number.POSITIVE_INFINITY };
      ledger.outages.push(outage);
      try {
        return await work();
      } finally {
        outage.to = Date.now();
      }
    },
  };
  return ledger;
}

/** 409: too late. 429 and 503: later. Whatever else is not a success was a sound call refused without a reason. */
const isKnown = (status: number): boolean => status < 300 || status === 409 || status === 429 || status >= 500;
