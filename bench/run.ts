import { cpus, totalmem } from 'node:os';
import { dispatch } from './dispatch.ts';
import type { Figure } from './figure.ts';
import { modelOverhead } from './model-overhead.ts';
import { modelStreams } from './model-streams.ts';
import { start } from './start.ts';
import { transcript } from './transcript.ts';

const BENCHES: Record<string, () => Promise<Figure[]>> = {
  start,
  dispatch,
  'model-overhead': modelOverhead,
  'model-streams': modelStreams,
  transcript,
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
process.stdout.write('| what | measured | goal | |\n| --- | --- | --- | --- |\n');
for (const { what, measured, goal, met } of figures) {
  process.stdout.write(`| ${what} | ${measured} | ${goal} | ${met ? 'met' : 'MISSED'} |\n`);
}
process.exitCode = figures.every(({ met }) => met) ? 0 : 1;
