import { openAsBlob } from 'node:fs';
import type { WhooshError } from '../../client/whoosh-error.ts';
import type { Log } from '../../lib/log.ts';
import type { How, Report, RunnerApi } from '../api.ts';
import { isRefusal } from '../is-refusal.ts';
import { nextBatch } from '../output/next-batch.ts';
import type { LogEntry } from '../output/output-log.ts';
import type { ArtifactFile } from './list-artifacts.ts';

/** What an attempt leaves to be delivered, last of all its report. */
export type OutboxEntry = {
  task_id: string;
  epoch: number;
  report: Extract<Report, { verb: 'complete' | 'fail' }>;
  /** What of the log the server has not taken yet. */
  log: LogEntry[];
  artifacts: ArtifactFile[];
};

/** dropped: the server does not want it any more, because the attempt had lost its lease or reported otherwise. */
export type Delivery = 'delivered' | 'dropped';

/**
 * Delivers log, artifacts and then the report, repeating while the server is away. Everything may be repeated blindly.
 * What the server will never take does not hold up the rest: a log or an artifact is left out, a report becomes a
 * failure that says why. Throws when the server has a defect of its own (5xx) or does not know the runner (401), and the
 * signal's reason.
 */
export async function deliver(api: RunnerApi, entry: OutboxEntry, how: How, log: Log): Promise<Delivery> {
  await deliverLog(api, entry, how, log);
  for (const artifact of entry.artifacts) await deliverArtifact(api, entry, artifact, how, log);
  return deliverReport(api, entry, how, log);
}

async function deliverLog(api: RunnerApi, entry: OutboxEntry, how: How, log: Log): Promise<void> {
  const { holder_id } = entry.report.body;
  for (let rest = entry.log; rest.length; ) {
    const entries = nextBatch(rest);
    rest = rest.slice(entries.length);
    if (!(await isTaken(entry, 'log', log, () => api.appendLog(entry, { holder_id, entries }, how)))) return;
  }
}

async function deliverArtifact(
  api: RunnerApi,
  entry: OutboxEntry,
  { name, path, type }: ArtifactFile,
  how: How,
  log: Log,
): Promise<void> {
  const body = await blobOf(path, type);
  if (body) await isTaken(entry, name, log, () => api.uploadArtifact(entry, name, { body, type }, how));
  else log.warn({ task_id: entry.task_id, path }, 'An artifact is not there any more');
}

async function blobOf(path: string, type: string): Promise<Blob | undefined> {
  try {
    return await openAsBlob(path, { type });
  } catch {
    // Not there, or not readable: thrown at once and not by the promise.
    return undefined;
  }
}

// Also a lost lease does not end the delivery here: the report may have arrived before, and only its answer was lost.
async function isTaken({ task_id, epoch }: OutboxEntry, what: string, log: Log, send: () => Promise<unknown>) {
  try {
    await send();
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.warn({ task_id, epoch, what, code: error.code }, `Part of an attempt is refused: ${error.message}`);
    return false;
  }
}

async function deliverReport(api: RunnerApi, entry: OutboxEntry, how: How, log: Log): Promise<Delivery> {
  const { task_id, epoch, report } = entry;
  try {
    await api.report(entry, report, how);
    return 'delivered';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.warn({ task_id, epoch, code: error.code }, `The outcome of an attempt is refused: ${error.message}`);
    if (error.status === 409 || error.status === 404 || isRefusalReport(report)) return 'dropped';
    return deliverReport(api, { ...entry, report: refusalReport(report, error) }, how, log);
  }
}

const REFUSED = 'report_refused';

const isRefusalReport = (report: OutboxEntry['report']): boolean =>
  report.verb === 'fail' && report.body.error.code === REFUSED;

function refusalReport({ body: { holder_id } }: OutboxEntry['report'], error: WhooshError): OutboxEntry['report'] {
  const message = `The server did not take the result: ${error.message}`.slice(0, 10_000);
  return { verb: 'fail', body: { holder_id, error: { code: REFUSED, message }, retryable: false } };
}
