import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAgentsFile } from './agents-file.ts';
import { declareAgent } from './declare-agent.ts';
import { defaultAgentsFile } from './default-agents-file.ts';
import { initAgentsFile } from './init.ts';
import { KNOWN_CLIS } from './known-clis.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'whoosh-agents-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function fileWith(text: string): Promise<string> {
  const path = join(await folder(), 'agents.yaml');
  await writeFile(path, text);
  return path;
}

const refusal = async (text: string) => {
  const path = await fileWith(text);
  const error = await readAgentsFile(path).catch((caught) => caught);
  return error.message.replaceAll(path, 'agents.yaml').split('\n');
};

async function program(dir: string, name: string, script: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

test('agents.yaml says what each agent is; what it leaves out has a default', async () => {
  const path = await fileWith(`
directories: [~/src, /srv]
agents:
  - {name: a, kind: command, command: [~/bin/a, -x], labels: {gpu: "yes"}}
`);
  expect(await readAgentsFile(path)).toEqual({
    directories: [`${homedir()}/src`, '/srv'],
    repositories: undefined,
    agents: [
      {
        name: 'a',
        kind: 'command',
        command: [`${homedir()}/bin/a`, '-x'],
        prompt: 'stdin',
        capabilities: [],
        models: [],
        labels: { gpu: 'yes' },
        max_concurrent: 1,
        env: {},
        pass_env: [],
        retry_exit_codes: [75],
      },
    ],
  });
});

test('each mistake in agents.yaml is named with its line [R3]', async () => {
  expect(
    await refusal(`directories: [src]
agents:
  - name: a
    kind: command
    command: [./run]
    colour: red
  - name: a
    kind: command
    command: [b, "{prompt}"]
    env:
      WHOOSH_TOKEN: x
`),
  ).toEqual([
    'agents.yaml:1: directories.0: expected an absolute path, or one that begins with ~/',
    'agents.yaml:5: agents.0.command.0: expected a name that is looked up on PATH, or an absolute path: a relative one would be searched in the workspace',
    'agents.yaml:6: agents.0.colour: there is no such setting',
    'agents.yaml:11: agents.1.env.WHOOSH_TOKEN: WHOOSH_ variables are set by the runner',
  ]);
});

test('an agent that speaks the Agent Client Protocol has rules of its own, and an account that nobody shares', async () => {
  const { agents } = await readAgentsFile(
    await fileWith(`agents:
  - {name: a, kind: acp, command: [sh], permissions: [{action: allow, tool: read}, {action: deny, path: "secret/**"}]}
  - {name: b, kind: acp, command: [sh], account: team, mode: plan}
`),
  );
  expect(agents[0]).toEqual({
    name: 'a',
    kind: 'acp',
    command: ['sh'],
    capabilities: [],
    models: [],
    labels: {},
    max_concurrent: 1,
    env: {},
    pass_env: [],
    permissions: [
      { action: 'allow', tool: 'read' },
      { action: 'deny', tool: '*', path: 'secret/**' },
    ],
  });
  const declared = await Promise.all(agents.map((agent) => declareAgent(agent, process.env)));
  expect(declared.map(({ kind, account }) => [kind, account])).toEqual([
    ['acp', `a@${hostname()}`],
    ['acp', 'team'],
  ]);
});

test('a setting of another kind of agent is refused', async () => {
  expect(await refusal('agents:\n  - {name: a, kind: acp, command: [a], prompt: stdin}\n')).toEqual([
    'agents.yaml:2: agents.0.prompt: there is no such setting',
  ]);
});

test('a prompt that the command never gets is refused, and so are two agents of one name', async () => {
  expect(
    await refusal(`agents:
  - {name: a, kind: command, command: [a], prompt: argument}
  - {name: b, kind: command, command: [b, "{prompt}"]}
`),
  ).toEqual([
    'agents.yaml:2: agents.0.prompt: with `prompt: argument` one argument of the command must hold {prompt}',
    'agents.yaml:3: agents.1.prompt: the command holds {prompt}: that needs `prompt: argument`',
  ]);
  expect(
    await refusal('agents:\n  - {name: a, kind: command, command: [a]}\n  - {name: a, kind: command, command: [b]}\n'),
  ).toEqual(['agents.yaml:3: agents.1.name: another agent has this name']);
});

test('text that is not YAML is refused with its line', async () => {
  expect(await refusal('agents:\n  - {name: a\n')).toEqual([expect.stringMatching(/^agents\.yaml:3: /)]);
});

test('a missing agents.yaml is refused with the command that writes one', async () => {
  await expect(readAgentsFile(join(await folder(), 'agents.yaml'))).rejects.toThrow('`whoosh runner init`');
});

test('an agent is declared with the labels os, arch and hostname, and ready when its program can be started', async () => {
  const { agents } = await readAgentsFile(
    await fileWith('agents: [{name: a, kind: command, command: [sh], labels: {hostname: desk}}]'),
  );
  expect(await declareAgent(agents[0]!, process.env)).toEqual({
    name: 'a',
    kind: 'command',
    capabilities: [],
    models: [],
    labels: { os: process.platform, arch: process.arch, hostname: 'desk' },
    max_concurrent: 1,
    not_ready_reason: null,
    account: null,
  });
});

test.each([
  ['nowhere-to-be-found', /^nowhere-to-be-found is not found on PATH/],
  ['/nowhere/at/all', '/nowhere/at/all does not exist or cannot be reached'],
  ['/usr', '/usr is not a file'],
  ['/etc/passwd', '/etc/passwd is not executable by this user'],
])('an agent whose program is %s is not ready, with the reason', async (command, reason) => {
  const { agents } = await readAgentsFile(await fileWith(`agents: [{name: a, kind: command, command: [${command}]}]`));
  const { labels, not_ready_reason } = await declareAgent(agents[0]!, process.env);
  expect(labels.hostname).toBe(hostname());
  expect(not_ready_reason).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
});

test('init offers every CLI that it finds with its version, and switches none on', async () => {
  const dir = await folder();
  await program(dir, 'claude', 'echo "2.1.7 (Claude Code)"');
  await program(dir, 'codex', 'sleep 60');
  const file = join(dir, 'sub', 'agents.yaml');
  const before = performance.now();
  const found = await initAgentsFile(file, { PATH: `${dir}:${process.env.PATH}` });
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(found.map(({ name, path, version }) => ({ name, path, version }))).toEqual([
    { name: 'claude', path: join(dir, 'claude'), version: '2.1.7' },
    { name: 'codex', path: join(dir, 'codex'), version: undefined },
  ]);
  const text = await readFile(file, 'utf8');
  expect(text).toContain('# Claude Code 2.1.7, found at');
  expect(text).toContain('#   command: ["claude","-p","--output-format","json","--permission-mode","acceptEdits"]');
  expect(await readAgentsFile(file)).toEqual({ directories: [], repositories: undefined, agents: [] });
  await expect(initAgentsFile(file, {})).rejects.toThrow('exists: it is left as it is');
});

test('what init offers is valid once its comment signs are removed', async () => {
  const dir = await folder();
  for (const { command } of KNOWN_CLIS) await program(dir, command[0], 'echo 1.0');
  const file = join(dir, 'agents.yaml');
  await initAgentsFile(file, { PATH: `${dir}:/usr/bin:/bin` });
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replaceAll(
      /^ {2}# ( *(- name|kind|command|mode|prompt|capabilities|pass_env|permissions|max_conc))/gm,
      '  $1',
    ),
  );
  const { agents } = await readAgentsFile(file);
  const offered = KNOWN_CLIS.flatMap(({ name, acp }) => (acp ? [name, `${name}-acp`] : [name]));
  expect(agents.map(({ name }) => name)).toEqual(['shell', ...offered]);
});

test('a standalone server offers one agent, a shell', async () => {
  const { agents, directories } = await readAgentsFile(await fileWith(await defaultAgentsFile()));
  expect(directories).toContain(homedir());
  expect(agents).toMatchObject([
    { name: 'shell', command: ['bash', '-s'], prompt: 'stdin', capabilities: ['shell', 'git'], max_concurrent: 2 },
  ]);
});
