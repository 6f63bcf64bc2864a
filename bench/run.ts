import { cpus, totalmem } from 'node:os';
import { churn } from './churn.ts';
import { dispatch } from './dispatch.ts';
import type { Figure } from './figure.ts';
import { flatness } from './flatness.ts';
import { fleet } from './fleet.ts';
import { modelOverhead } from './model-overhead.ts';
import { modelStreams } from './model-streams.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { submit } from './submit.ts';
import { transcript } from './transcript.ts';
import { work } from './work.ts';

const BENCHES: Record<string, () => Promise<Figure[]>> = {
  start,
  dispatch,
  'model-overhead': modelOverhead,
  'model-streams': modelStreams,
  transcript,
  submit,
  work,
  fleet,
  flatness,
  churn,
  status,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !BENCHES[name]);
if (unknown) {
  process.stderr.write(`There is no bench "${unknown}"; there are: ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const name of wanted.length ? wanted : Object.keys(BENCHES)) figures.push(...(await BENCHES[name]!()));

const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
process.stdout.write(`\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${machine}\n\n`);
process.stdout.write('| what | measured | ours / theirs | goal | |\n| --- | --- | --- | --- | --- |\n');
for (const { what, measured, ratio = '', goal = '', met } of figures) {
  const verdict = met === undefined ? '' : met ? 'met' : 'MISSED';
  process.stdout.write(`| ${what} | ${measured} | ${ratio} | ${goal} | ${verdict} |\n`);
}
process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
