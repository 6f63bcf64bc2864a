import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { httpRunner } from '../support/http-runner.ts';
import { type RunningServer, runningServer } from '../support/running-server.ts';
import { until } from '../support/until.ts';
import { type Operation, readOperations } from './operations.ts';

const ANYBODY = ['isAlive', 'hasStarted', 'isReady', 'getHealth', 'getApiHealth', 'getMetrics', 'enrolRunner'];
const VIEWER = [
  ...['getProject', 'listProjects', 'getAgent', 'listAgents', 'listRunners', 'followEvents', 'followTaskEvents'],
  ...['getQuestion', 'listQuestions', 'getTask', 'listTasks', 'whyTask', 'listAttempts', 'listDependencies'],
  ...['listMessages', 'listArtifacts', 'downloadArtifact', 'readLog', 'followLog'],
  ...['getStatus', 'getAlert', 'listAlerts'],
];
const DEVELOPER = [
  ...VIEWER,
  ...['submitTask', 'submitBatch', 'cancelTask', 'retryTask', 'continueTask', 'sendMessage'],
  ...['answerQuestion', 'dismissQuestion', 'addAgent', 'probeAgent'],
];
const ADMIN = [
  ...DEVELOPER,
  ...['createProject', 'updateProject', 'createKey', 'listKeys', 'rotateKey', 'revokeKey'],
  ...['approveAgent', 'changeAgent', 'drainAgent', 'removeAgent', 'resumeAgent', 'unparkAgent'],
  ...['createEnrolment', 'removeRunner', 'approveTask', 'acknowledgeAlert', 'resolveAlert', 'testNotifiers'],
];
const RUNNER = [
  ...['openSession', 'declareAgents', 'closeSession', 'parkAccount', 'rotateRunnerCredential', 'pollForWork'],
  ...['startAttempt', 'completeAttempt', 'failAttempt', 'releaseAttempt', 'appendLog', 'uploadArtifact'],
];
const ATTEMPT = [
  ...['showOwnAttempt', 'reportProgress', 'takeMessages', 'askQuestion', 'waitForAnswer'],
  ...['submitTask', 'submitBatch', 'getTask', 'listTasks', 'whyTask', 'cancelTask', 'listAttempts', 'listDependencies'],
  ...['followTaskEvents', 'followLog', 'readLog', 'listArtifacts', 'downloadArtifact', 'uploadArtifact'],
];

/** Who may call what, beside what anybody may: written down here a second time, so that a change is a decision. */
const MAY: Record<string, string[]> = {
  nobody: [],
  viewer: VIEWER,
  developer: DEVELOPER,
  admin: ADMIN,
  runner: RUNNER,
  attempt: ATTEMPT,
};

/** A credential of each kind; undefined: none. */
async function credentials(server: RunningServer): Promise<Record<string, string | undefined>> {
  const { client } = server;
  const keyOf = async (role: 'viewer' | 'developer') => (await client.createKey({ name: role, role })).secret;
  const runner = await httpRunner(server);
  await client.submitTask({ title: 'held', prompt: 'true', needs: { capabilities: ['shell'] } });
  const { token: attempt } = await runner.begin();
  return {
    nobody: undefined,
    viewer: await keyOf('viewer'),
    developer: await keyOf('developer'),
    admin: server.key,
    runner: runner.credential,
    attempt,
  };
}

/** The status of a call with a path that leads to nothing and a body that says nothing. On a busy machine lists are shed: asked again. */
const statusOf = (server: RunningServer, operation: Operation, credential: string | undefined) =>
  until(async () => {
    const status = await statusNow(server, operation, credential);
    return status === 503 ? undefined : status;
  });

async function statusNow(server: RunningServer, { method, path }: Operation, credential: string | undefined) {
  const url = server.url + path.replace(/\{epoch\}/g, '1').replace(/\{\w+\}/g, () => randomUUID());
  const stop = new AbortController();
  const headers = { ...(credential && { authorization: `Bearer ${credential}` }), 'content-type': 'application/json' };
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{}' };
  const { status } = await fetch(url, { method, headers, signal: stop.signal, ...body });
  // An event stream would go on.
  stop.abort();
  return status;
}

const REFUSED = [401, 403];

test('each role, runner and attempt may do what is written down, and nothing else; nobody may do nothing [S26]', async () => {
  // Every operation is asked for without a credential, too.
  const server = await runningServer({ RATE_LIMIT_ANONYMOUS: '0' });
  const { operations } = await readOperations(server);
  const found: Record<string, string[]> = {};
  // The session of the runner is ended by one of its calls: what it holds is asked last.
  for (const [who, credential] of Object.entries(await credentials(server)).reverse()) {
    found[who] = [];
    for (const operation of operations)
      if (!REFUSED.includes(await statusOf(server, operation, credential))) found[who].push(operation.id);
  }
  const expected = Object.fromEntries(Object.entries(MAY).map(([who, may]) => [who, [...ANYBODY, ...may].sort()]));
  expect(Object.fromEntries(Object.entries(found).map(([who, ids]) => [who, ids.sort()]))).toEqual(expected);
});
