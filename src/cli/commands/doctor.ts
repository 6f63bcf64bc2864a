import { createClient } from '../../client/client.ts';
import { checkFleet } from '../doctor/check-fleet.ts';
import { checkFolder } from '../doctor/check-folder.ts';
import { checkMachine } from '../doctor/check-machine.ts';
import { checkProduction } from '../doctor/check-production.ts';
import { checkServer } from '../doctor/check-server.ts';
import { checkSettings } from '../doctor/check-settings.ts';
import { bad, type Finding } from '../doctor/finding.ts';
import type { Exit } from '../exit-codes.ts';
import { explainError } from '../explain-error.ts';
import { dataDirOf, findServer, readLocalAddress, type ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { printJson } from '../show/json.ts';
import { style } from '../show/style.ts';

type Options = ServerOptions & { json?: true; production?: true };

/** `whoosh doctor` */
export async function doctor(io: Io, { json, production, ...options }: Options): Promise<Exit> {
  const findings = production ? await checkProduction(io) : await checkAll(io, options);
  const problems = findings.filter(({ status }) => status === 'bad').length;
  if (json) printJson(io, { ok: problems === 0, findings });
  else print(io, findings, problems);
  return problems ? 'failed' : 'ok';
}

const checkAll = async (io: Io, options: ServerOptions): Promise<Finding[]> => [
  ...(await checkMachine(io)),
  ...(await checkHere(io, options)),
  ...(await checkThere(io, options)),
];

/** The server of this machine; of no interest when another one is asked for. */
async function checkHere(io: Io, { server }: ServerOptions): Promise<Finding[]> {
  const local = await readLocalAddress(dataDirOf(io));
  const wanted = server ?? (io.env.WHOOSH_URL || undefined);
  if (wanted && wanted !== local) return [];
  return [...(await checkFolder(dataDirOf(io))), ...(await checkSettings(io, local))];
}

async function checkThere(io: Io, options: ServerOptions): Promise<Finding[]> {
  try {
    const { url, key } = await findServer(io, options);
    const server = await checkServer(url);
    if (server[0]?.status === 'bad') return server;
    return [...server, ...(await checkFleet(createClient({ url, key, retryForMs: 0 })))];
  } catch (error) {
    const { line, hint } = explainError(error);
    return [bad('server', line.replace(/^error: /, ''), hint ?? 'See docs/cli.md.')];
  }
}

const SIGNS = { ok: ['green', '✓'], note: ['yellow', '!'], bad: ['red', '✗'] } as const;

function print(io: Io, findings: Finding[], problems: number): void {
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, status, detail, remedy } of findings) {
    const [format, sign] = SIGNS[status];
    io.stdout.write(`${style(io, format, sign)} ${check.padEnd(width)}  ${detail}\n`);
    if (remedy) io.stdout.write(`  ${' '.repeat(width)}  ${style(io, format, remedy)}\n`);
  }
  const notes = findings.filter(({ status }) => status === 'note').length;
  const well = notes ? `Nothing must be mended; ${notes} of ${findings.length} are worth a look.` : 'All is well.';
  const verdict = problems ? `${problems} of ${findings.length} checks found a problem.` : well;
  io.stdout.write(`\n${style(io, problems ? 'red' : 'green', verdict)}\n`);
}
