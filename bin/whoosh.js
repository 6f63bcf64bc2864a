#!/usr/bin/env node
// Plain JavaScript so that any Node can at least say what is missing. In a checkout the TypeScript source runs as it
// is; a published package has no src/ and runs dist/.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `whoosh needs Node 24 and this is ${process.version}. In a checkout, run it as "npx whoosh" or by "npm run": both use the Node 24 that "npm ci" brought.\n`,
  );
  process.exit(1);
}
// Types stripped and code compiled once: a later start takes half the time and 25 MB less. Beside the code and not in
// the shared temporary folder, where another user could put code of theirs; where it cannot be written it is left out.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/whoosh', import.meta.url)));
const source = new URL('../src/cli/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
