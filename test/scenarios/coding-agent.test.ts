import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { acpAgentsFile } from '../support/acp-agent.ts';
import { makeRepository } from '../support/git-repository.ts';
import { runnerFolder } from '../support/runner-folder.ts';
import { runnerProcess } from '../support/runner-process.ts';
import { runningRunner } from '../support/running-runner.ts';
import { type RunningServer, runningServer } from '../support/running-server.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

type Task = Parameters<Client['submitTask']>[0];
const submit = async ({ client }: RunningServer, prompt: string, more: Partial<Task> = {}): Promise<string> =>
  (await client.submitTask({ title: 'code', prompt, needs: { capabilities: ['code'] }, ...more })).id;
const ended = ({ client }: RunningServer, id: string) => client.waitTask(id, { timeoutMs: 20_000 });
const question = ({ client }: RunningServer) =>
  until(async () => (await Array.fromAsync(client.listQuestions()))[0], { timeoutMs: 15_000 });
const agent = async ({ client }: RunningServer) => (await client.listAgents()).find(({ name }) => name === 'scripted')!;

async function transcript({ client }: RunningServer, id: string) {
  const entries = await Array.fromAsync(client.readLog(id));
  return entries.filter(({ stream }) => stream === 'transcript').map(({ text }) => JSON.parse(text));
}

test('what no rule allows is asked, and the answer of a person is the answer to the agent [K2]', async () => {
  const server = await runningServer();
  const rules = 'permissions: [{ action: allow, tool: read }, { action: deny, path: "secret/**" }]';
  await runningRunner(server, 'desk', { agents: acpAgentsFile(rules) });
  const prompt = 'permit read a.txt Read a\npermit edit secret/key Edit key\npermit edit src/b.txt Edit b';
  // It waits longer than it may work.
  const id = await submit(server, prompt, { attempt_timeout_ms: 3_000 });
  const asked = await question(server);
  expect(asked).toMatchObject({
    task_id: id,
    kind: 'permission',
    title: 'edit: Edit b',
    detail: expect.stringContaining('src/b.txt'),
    options: [
      { id: 'yes', name: 'Allow once' },
      { id: 'always', name: 'Always allow' },
      { id: 'no', name: 'Reject' },
    ],
    allow_text: false,
  });
  expect(await server.client.getTask(id)).toMatchObject({ state: 'running', awaiting_input: true });
  const askedAt = performance.now();
  await until(() => performance.now() - askedAt > 3_200);
  await server.client.answerQuestion(asked.id, { option: 'yes' });
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  const decisions = (await transcript(server, id)).filter(({ type }) => type === 'permission');
  expect(decisions.map(({ title, decision, by, question_id }) => [title, decision, by, question_id])).toEqual([
    ['Read a', 'allow_once', 'rule', null],
    ['Edit key', 'reject_once', 'rule', null],
    ['Edit b', 'allow_once', 'answer', asked.id],
  ]);
});

test('a question that is dismissed is a no to the agent; a cancelled task asks no longer', async () => {
  const server = await runningServer();
  await runningRunner(server, 'desk', { agents: acpAgentsFile() });
  const first = await submit(server, 'permit edit b Edit b');
  await server.client.dismissQuestion((await question(server)).id);
  expect(await ended(server, first)).toMatchObject({
    state: 'succeeded',
    result: { text: '{"outcome":"selected","optionId":"no"}' },
  });
  const second = await submit(server, 'permit edit c Edit c');
  await question(server);
  await server.client.cancelTask(second);
  expect(await ended(server, second)).toMatchObject({ state: 'cancelled' });
});

test('a question for permission outlives SIGKILL of the runner: the next attempt finds its answer', async () => {
  const server = await runningServer({ LEASE_TTL_MS: '1500', LEASE_GRACE_MS: '300', REAP_INTERVAL_MS: '50' });
  const folder = await runnerFolder();
  await writeFile(join(folder, 'agents.yaml'), acpAgentsFile());
  const first = await runnerProcess(server, 'machine', { folder });
  const id = await submit(server, 'permit edit src/b.txt Edit b', { backoff_base_ms: 1 });
  const asked = await question(server);
  await first.kill('SIGKILL');
  await server.client.answerQuestion(asked.id, { option: 'yes' });
  await runnerProcess(server, 'machine', { folder });
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded' });
  expect(await Array.fromAsync(server.client.listQuestions({ task: id }))).toEqual([]);
  expect((await transcript(server, id)).filter(({ type }) => type === 'permission')).toMatchObject([
    { decision: 'allow_once', by: 'answer', question_id: asked.id },
  ]);
});

test('an agent that is signed out is not ready until somebody signs in, and no task fails for it [K5]', async () => {
  const server = await runningServer();
  const login = join(await testFolder(), 'login');
  const agents = acpAgentsFile(`env: { SCRIPTED_LOGIN: ${login} }`, 'signed-out');
  await runningRunner(server, 'desk', { agents, recheckMs: 200 });
  const id = await submit(server, 'say hello', { max_attempts: 1 });
  const notReady = await until(async () => {
    const seen = await agent(server);
    return seen.status === 'not_ready' ? seen : null;
  });
  expect(notReady.not_ready_reason).toBe('It is not signed in: run `scripted login`, as the user of this runner.');
  // Handed back beside it, a moment earlier or later.
  await until(async () => (await server.client.getTask(id)).state === 'queued');
  expect(JSON.stringify(await server.client.whyTask(id))).toContain('scripted login');
  await writeFile(login, '');
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded' });
});

test('the account of an agent whose limit is reached is parked, and the task goes back [K6]', async () => {
  const server = await runningServer();
  await runningRunner(server, 'desk', { agents: acpAgentsFile('account: team') });
  const id = await submit(server, 'fail {"code":-32603,"message":"usage limit reached, try again in 5h 12m"}');
  const parked = await until(async () => {
    const seen = await agent(server);
    return seen.status === 'parked' ? seen : null;
  });
  expect(parked).toMatchObject({ account: 'team', parked_reason: expect.stringContaining('usage limit reached') });
  expect(Math.round((Date.parse(parked.parked_until!) - Date.now()) / 60_000)).toBe(312);
  await until(async () => (await server.client.getTask(id)).state === 'queued');
  expect(JSON.stringify(await server.client.whyTask(id))).toContain(parked.parked_until!.slice(0, 13));
});

test('a turn that never ends is ended when the time of the attempt is over', async () => {
  const server = await runningServer();
  await runningRunner(server, 'desk', { agents: acpAgentsFile(), killAfterMs: 500 });
  const id = await submit(server, 'say working\nstuck', { attempt_timeout_ms: 700, max_attempts: 1 });
  expect(await ended(server, id)).toMatchObject({ state: 'failed', error: { code: 'attempt_timeout' } });
  expect((await transcript(server, id)).at(-1)).toEqual({ type: 'message', role: 'agent', text: 'working' });
});

test('what a person says to running work is its next turn [K8]', async () => {
  const server = await runningServer();
  await runningRunner(server, 'desk', { agents: acpAgentsFile() });
  const id = await submit(server, 'permit edit a Edit a\nsay first');
  const { id: asked } = await question(server);
  await server.client.sendMessage(id, 'say second');
  await server.client.answerQuestion(asked, { option: 'yes' });
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded', result: { text: 'second' } });
  const users = (await transcript(server, id)).filter(({ role }) => role === 'user');
  expect(users.map(({ text }) => text)).toEqual(['permit edit a Edit a\nsay first', 'say second']);
});

test('a task that continues another goes on in its session and its worktree, what was not committed included [K7]', async () => {
  const server = await runningServer();
  const [place, sessions] = [await testFolder(), await testFolder()];
  const repository = await makeRepository(join(place, 'repository'));
  const agents = `directories: ['${place}']\n${acpAgentsFile(`env: { SCRIPTED_SESSIONS: ${sessions} }`)}`;
  await runningRunner(server, 'desk', { agents });
  const workspace = { kind: 'git' as const, repository: repository.path, ref: 'main' };
  const commit = 'git -c user.name=a -c user.email=a@b commit -qam Edit';
  const id = await submit(server, `run echo one >> README.md; ${commit}; echo new > new.txt\nsession`, { workspace });
  const first = await ended(server, id);
  expect(first).toMatchObject({ state: 'succeeded' });
  const next = await server.client.continueTask(id, {
    prompt: 'run cat new.txt; git status --short; git log --oneline | wc -l\nsession',
  });
  const second = await ended(server, next.id);
  const lines = await transcript(server, next.id);
  expect(second).toMatchObject({ state: 'succeeded' });
  expect(JSON.stringify(lines)).not.toContain('what was said before');
  const said = lines
    .filter(({ role }) => role === 'agent')
    .map(({ text }) => text)
    .join('');
  expect(said).toContain('new\\n?? new.txt\\n2\\n');
  expect(said).toContain((first.result as { text: string }).text.match(/session-\d+/)![0]);
  const patch = (await server.client.listArtifacts(next.id)).find(({ name }) => name === 'changes.patch')!;
  const bytes = await server.client.downloadArtifact(next.id, patch.id);
  expect(await new Response(bytes).text()).toMatch(/\+one[\s\S]*\+new/);
});

test('a session that is gone is replaced by a new one, which is told what was done', async () => {
  const server = await runningServer();
  const sessions = await testFolder();
  await runningRunner(server, 'desk', { agents: acpAgentsFile(`env: { SCRIPTED_SESSIONS: ${sessions} }`) });
  const id = await submit(server, 'say the first part');
  await ended(server, id);
  for (const name of await readdir(sessions)) await rm(join(sessions, name));
  const next = await server.client.continueTask(id, { prompt: 'say the second part' });
  expect(await ended(server, next.id)).toMatchObject({ state: 'succeeded' });
  const [{ text }] = await transcript(server, next.id);
  expect(text).toMatch(/^This goes on with earlier work[\s\S]*the first part[\s\S]*say the second part$/);
});
