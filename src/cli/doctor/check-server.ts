import { send } from '../../client/send.ts';
import { WhooshError } from '../../client/whoosh-error.ts';
import { VERSION } from '../../lib/version.ts';
import { showDuration } from '../show/duration.ts';
import { bad, type Finding, note, ok } from './finding.ts';

type Health = { version: string; components: Record<string, { status: string; detail?: string }> };

const PATIENCE_MS = 10_000;
/** The Date header has whole seconds, and the way takes its time. */
const CLOCK_TOLERANCE_MS = 2000;

/** The server: whether it answers, which version it is, its schema and every component of its health. */
export async function checkServer(url: string): Promise<Finding[]> {
  try {
    const ready = await get(url, '/readyz');
    const health = await get(url, '/health');
    const { version, components } = (await health.json()) as Health;
    return [
      ok('server', `${url} answers`),
      checkClock(health),
      checkVersion(version),
      await checkReady(ready),
      ...Object.entries(components).map(checkComponent),
    ];
  } catch (error) {
    const remedy = 'Start it with `whoosh serve`, or name another one with --server or WHOOSH_URL.';
    return [bad('server', reasonOf(error, url), remedy)];
  }
}

const get = (server: string, path: string) => send({ server, path }, AbortSignal.timeout(PATIENCE_MS));

const reasonOf = (error: unknown, url: string): string =>
  error instanceof WhooshError ? error.message : `${url} does not answer like a WHOOSH server`;

function checkClock({ headers }: Response): Finding {
  const difference = Math.abs(Date.now() - Date.parse(headers.get('date') ?? ''));
  if (difference <= CLOCK_TOLERANCE_MS) return ok('clock', "the server's and this machine's agree");
  const detail = `this machine's differs by ${showDuration(difference)} from the server's`;
  return note('clock', detail, 'Work is not affected; ages shown here are off by as much.');
}

function checkVersion(version: string): Finding {
  if (version === VERSION) return ok('server version', `${version}, the same as here`);
  return note('server version', `${version}, and this is ${VERSION}`, 'Use the same version on both sides.');
}

async function checkReady(response: Response): Promise<Finding> {
  if (response.ok) return ok('schema', 'migrated, and the server is ready');
  const { detail = 'not ready' } = (await response.json()) as { detail?: string };
  return bad('schema', detail, 'The line above says why; `whoosh db migrate` brings a schema up to date.');
}

const checkComponent = ([name, { status, detail }]: [string, { status: string; detail?: string }]): Finding =>
  status === 'operational'
    ? ok(`health: ${name}`, status)
    : bad(`health: ${name}`, detail ?? status, `${name} is ${status}: see the log of the server and its /health.`);
