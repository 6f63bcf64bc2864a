import { readFile, writeFile } from 'node:fs/promises';
import { makeGenerated } from './generated.ts';

// `npm run generate` writes what is made from the code; with --check it only compares, and exits 1 when a file is old.
const checkOnly = process.argv.includes('--check');
const root = new URL('../', import.meta.url);
const read = (file: string) => readFile(new URL(file, root), 'utf8').catch(() => '');

const generated = await makeGenerated(read);
for (const [file, content] of Object.entries(generated)) {
  if ((await read(file)) === content) continue;
  if (checkOnly) {
    process.stderr.write(`${file} is not what the code says: run \`npm run generate\` and commit it.\n`);
    process.exitCode = 1;
  } else {
    await writeFile(new URL(file, root), content);
    process.stdout.write(`${file} written\n`);
  }
}
