import { existsSync, readdirSync } from 'node:fs';

// `npm run example NAME` runs examples/NAME/run.ts, which checks itself and exits non-zero when it does not hold.
const name = process.argv[2] ?? '';
const script = new URL(`./${name}/run.ts`, import.meta.url);
if (!/^[a-z-]+$/.test(name) || !existsSync(script)) {
  const here = readdirSync(new URL('.', import.meta.url), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  process.stderr.write(
    `Usage: npm run example NAME, with NAME one of: ${here.map((entry) => entry.name).join(', ')}\n`,
  );
  process.exit(2);
}
await import(script.href);
