import { readFileSync } from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';

const text = readFileSync('deploy/Dockerfile', 'utf8');
const instructions = DockerfileParser.parse(text)
  .getInstructions()
  .map((one) => ({ name: one.getInstruction(), what: one.toString().replace(/^\S+ /, '') }));
/** What the last stage says, which is the image. */
const ofImage = (name: string): string[] =>
  instructions
    .slice(instructions.findLastIndex((one) => one.name === 'FROM'))
    .filter((one) => one.name === name)
    .map(({ what }) => what);

test('the Dockerfile has nothing that its linter minds', () => {
  expect(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
});

// .ci/image builds it, runs it, and looks at the running processes.
test('the image runs under an init, as a numbered user that is not root, and one process [S17]', () => {
  expect(ofImage('USER')).toEqual(['10001:10001']);
  expect(ofImage('ENTRYPOINT')).toEqual(['["/usr/bin/tini", "--"]']);
  expect(ofImage('CMD')).toEqual(['["whoosh", "serve"]']);
  expect(ofImage('STOPSIGNAL')).toEqual(['SIGTERM']);
});

test('its health is probed every 30 s, for 10 s at most, after a grace of 60 s at the start [S12]', () => {
  expect(ofImage('HEALTHCHECK')).toEqual([
    '--interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["node", "/app/deploy/healthcheck.js"]',
  ]);
});

test('the image is no release of Node other than the one that is tested', () => {
  const bases = instructions.filter(({ name }) => name === 'FROM').map(({ what }) => what.split(' ')[0]);
  const major = process.versions.node.split('.')[0];
  expect(bases).toEqual(bases.map(() => `node:${major}-bookworm-slim`));
});

test('only what the image needs is sent to the build', () => {
  const [first, ...rest] = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  expect([first, ...rest.filter((line) => !line.startsWith('!'))]).toEqual(['*']);
});
