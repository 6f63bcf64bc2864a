#!/usr/bin/env node
// Plain JavaScript so that any Node can at least say what is missing. In a checkout the TypeScript source runs as it
// is; a published package has no src/ and runs dist/.
import { existsSync } from 'node:fs';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `whoosh needs Node 24 and this is ${process.version}. In a checkout, run it as "npx whoosh" or by "npm run": both use the Node 24 that "npm ci" brought.\n`,
  );
  process.exit(1);
}
const source = new URL('../src/cli/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
