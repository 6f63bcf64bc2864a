// Writes one part into the repository and commits it. Input: { part, seconds }.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const { part, seconds } = JSON.parse(readFileSync(process.env.WHOOSH_INPUT_FILE, 'utf8'));
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();

console.log(`writing part ${part} in ${process.cwd()}`);
await pause(seconds * 1000);
mkdirSync('parts', { recursive: true });
writeFileSync(`parts/${part}.txt`, `This is part ${part}.\n`);
git('add', 'parts');
git('commit', '--quiet', '--message', `Add part ${part}`);
writeFileSync(process.env.WHOOSH_RESULT_FILE, JSON.stringify({ part, commit: git('rev-parse', 'HEAD') }));
