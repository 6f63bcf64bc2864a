import { AGENT_FAULTS } from './cases/agents/faults.ts';
import { DATABASE_FAULTS } from './cases/database/faults.ts';
import { allReplicasKill } from './cases/process/all-replicas-kill.ts';
import { cancelRaces } from './cases/process/cancel-races.ts';
import { clocks } from './cases/process/clocks.ts';
import { crashAfterCommit, crashBeforeCommit } from './cases/process/crash-at-settle.ts';
import { idlePolls } from './cases/process/idle-polls.ts';
import { neverStarts } from './cases/process/never-starts.ts';
import { none } from './cases/process/none.ts';
import { partitionLong, partitionShort } from './cases/process/partition.ts';
import { poison } from './cases/process/poison.ts';
import { replicaKill } from './cases/process/replica-kill.ts';
import { replicaPause } from './cases/process/replica-pause.ts';
import { rollingRestart } from './cases/process/rolling-restart.ts';
import { runnerKill } from './cases/process/runner-kill.ts';
import { sameKey } from './cases/process/same-key.ts';
import { secondSigterm } from './cases/process/second-sigterm.ts';
import { sigterm } from './cases/process/sigterm.ts';
import { wildReports } from './cases/process/wild-reports.ts';
import type { Fault } from './fault.ts';

/** Every fault, in the order of the table. */
export const FAULTS: Fault[] = [
  none,
  sameKey,
  wildReports,
  cancelRaces(300),
  neverStarts,
  partitionShort,
  poison,
  idlePolls,
  partitionLong,
  runnerKill,
  sigterm,
  secondSigterm,
  rollingRestart,
  replicaPause,
  crashBeforeCommit,
  crashAfterCommit,
  clocks,
  allReplicasKill,
  replicaKill(20),
  ...AGENT_FAULTS,
  ...DATABASE_FAULTS,
];
