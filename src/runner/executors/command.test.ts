import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { type PrepareOptions, prepareAttempt, shellAgent } from '../../../test/support/prepare-attempt.ts';
import { until } from '../../../test/support/until.ts';
import type { AgentConfig } from '../agents-schema.ts';
import type { AttemptFolder } from '../attempt-folder.ts';

async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'whoosh-command-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const prepare = async (agent: AgentConfig, options?: PrepareOptions) =>
  prepareAttempt(await temporaryFolder(), agent, options);

/** In a process of its own, as a real runner is. */
async function runAlone(script: string, prompt = '') {
  const program = fileURLToPath(new URL('../../../test/support/run-attempt-alone.ts', import.meta.url));
  const args = [program, await temporaryFolder(), script, prompt];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

const pidIn = async (folder: AttemptFolder, name: string): Promise<number> =>
  Number(await until(async () => (await readFile(join(folder.workspace, name), 'utf8')).trim()));

async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

test('exit 0 is success with the JSON of the result file', async () => {
  const { run, printed } = await prepare(
    shellAgent('echo working; echo oops >&2; echo \'{"answer":[42]}\' > "$WHOOSH_RESULT_FILE"'),
  );
  expect(await run()).toEqual({
    ok: true,
    result: { answer: [42] },
    usage: { exit_code: 0, duration_ms: expect.any(Number) },
  });
  expect(printed('stdout')).toBe('working\n');
  expect(printed('stderr')).toBe('oops\n');
});

test('without a result file the result is null', async () => {
  const { run } = await prepare(shellAgent('true'));
  expect(await run()).toMatchObject({ ok: true, result: null });
});

test('the prompt arrives on stdin, byte for byte', async () => {
  const prompt = `${'é😀\n'.repeat(50_000)}end`;
  const { run, folder } = await prepare(shellAgent('cat > got'), { grant: { prompt } });
  expect(await run()).toMatchObject({ ok: true });
  expect(await readFile(join(folder.workspace, 'got'), 'utf8')).toBe(prompt);
});

test('the prompt arrives as a file or as arguments, without a shell reading it [R4]', async () => {
  const prompt = '$(touch pwned) `touch pwned` "\'; touch pwned {prompt_file}';
  const argument = shellAgent('', {
    command: ['sh', '-c', 'printf %s "$1"', 'sh', 'say: {prompt}'],
    prompt: 'argument',
  });
  const file = shellAgent('', { command: ['cat', '{prompt_file}'], prompt: 'file' });
  for (const [agent, expected] of [
    [argument, `say: ${prompt}`],
    [file, prompt],
  ] as const) {
    const { run, printed } = await prepare(agent, { grant: { prompt } });
    expect(await run()).toMatchObject({ ok: true });
    expect(printed('stdout')).toBe(expected);
  }
});

test('a prompt cannot pass for an option of the command', async () => {
  const agent = shellAgent('', { command: ['printf', '%s', '{prompt}'], prompt: 'argument' });
  const { run, printed } = await prepare(agent, { grant: { prompt: '--help' } });
  expect(await run()).toMatchObject({ ok: true });
  expect(printed('stdout')).toBe(' --help');
});

test('a prompt that is too long for an argument fails with what to do about it', async () => {
  const agent = shellAgent('', { command: ['printf', '%s', '{prompt}'], prompt: 'argument' });
  const { run } = await prepare(agent, { grant: { prompt: 'x'.repeat(200_000) } });
  await expect(run()).rejects.toMatchObject({ code: 'prompt_too_long', retryable: false });
});

test('the command sees its task and the allowed variables, and nothing else of the runner [R5]', async () => {
  const { run, folder, printed } = await prepare(shellAgent('env', { env: { FIXED: 'f' }, pass_env: ['PASSED'] }), {
    execution: { runnerEnvironment: { PATH: '/usr/bin:/bin', HOME: '/home/x', PASSED: 'p', SECRET: 's' } },
  });
  await run();
  const variables = Object.fromEntries(
    printed('stdout')
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2)),
  );
  const { PWD, OLDPWD, SHLVL, _, ...seen } = variables;
  expect(seen).toEqual({
    PATH: '/usr/bin:/bin',
    HOME: '/home/x',
    FIXED: 'f',
    PASSED: 'p',
    GIT_CEILING_DIRECTORIES: folder.path,
    WHOOSH_URL: 'http://server',
    WHOOSH_TOKEN: 'wha_token',
    WHOOSH_TASK_ID: folder.id.slice(0, -2),
    WHOOSH_EPOCH: '3',
    WHOOSH_ATTEMPT: folder.id,
    WHOOSH_WORKSPACE: folder.workspace,
    WHOOSH_PROMPT_FILE: folder.promptFile,
    WHOOSH_INPUT_FILE: folder.inputFile,
    WHOOSH_DEPENDENCIES_FILE: folder.dependenciesFile,
    WHOOSH_RESULT_FILE: folder.resultFile,
    WHOOSH_ARTIFACTS_DIR: folder.artifacts,
  });
});

test('a script may write to /dev/stderr and /dev/stdout and read /dev/stdin', async () => {
  const script = 'echo out > /dev/stdout; echo err > /dev/stderr; cat /dev/stdin';
  expect(await runAlone(script, 'asked')).toMatchObject({
    outcome: { ok: true },
    stdout: 'out\nasked',
    stderr: 'err\n',
  });
});

test('200 MB of output cost neither memory nor time: 10 MiB are logged, the log says so, the rest is dropped [B7]', async () => {
  const { outcome, ms, grownMb, stdoutBytes, system } = await runAlone('head -c 200000000 /dev/zero | tr "\\0" x');
  expect(outcome).toMatchObject({ ok: true });
  expect(system).toBe('The output is over 10 MiB: the rest is not logged.');
  expect(stdoutBytes).toBe(10_485_760 - 65_536);
  expect(grownMb).toBeLessThan(150);
  expect(ms).toBeLessThan(15_000);
});

test('another exit code is a failure that is not repeated, with the last lines of stderr', async () => {
  const { run } = await prepare(shellAgent('seq 1 100 >&2; exit 3'));
  const outcome = await run();
  expect(outcome).toMatchObject({ ok: false, code: 'exit_3', retryable: false, usage: { exit_code: 3 } });
  expect(outcome).toHaveProperty('message', expect.stringMatching(/exit code 3\..*stderr:\n81\n82\n(.*\n)+100$/));
});

test('an exit code that the agent names as temporary is a failure that may be repeated', async () => {
  const { run } = await prepare(shellAgent('exit 75'));
  expect(await run()).toMatchObject({ ok: false, code: 'exit_75', retryable: true });
});

test('a command that says that the limit of its account is reached is handed back, if it has an account', async () => {
  const script = 'echo "usage limit reached, try again in 5h 12m" >&2; exit 1';
  const named = await prepare(shellAgent(script, { account: 'team' }));
  await expect(named.run()).rejects.toMatchObject({ reason: { kind: 'limit_reached' } });
  const nameless = await prepare(shellAgent(script));
  expect(await nameless.run()).toMatchObject({ ok: false, code: 'exit_1' });
});

test('a command that a signal ended says so', async () => {
  const { run } = await prepare(shellAgent('kill -SEGV $$'));
  expect(await run()).toMatchObject({ ok: false, code: 'killed_by_signal', usage: { exit_code: null } });
});

test('a command that is missing fails as command_not_found [B6]', async () => {
  const { run } = await prepare(shellAgent('', { command: ['no-such-command'] }));
  await expect(run()).rejects.toMatchObject({ code: 'command_not_found', retryable: false });
});

test('a script whose interpreter is missing fails as command_not_found', async () => {
  const { run, folder } = await prepare(shellAgent(''), {});
  const path = join(folder.path, 'script');
  await writeFile(path, '#!/no/such/interpreter\n');
  await chmod(path, 0o755);
  const { run: runIt } = await prepare(shellAgent('', { command: [path] }));
  await expect(runIt()).rejects.toMatchObject({
    code: 'command_not_found',
    message: expect.stringContaining('interpreter'),
  });
  expect(await run()).toMatchObject({ ok: true });
});

test.each([
  ['over 1 MiB', 'head -c 1100000 /dev/zero | tr "\\0" 1 > "$WHOOSH_RESULT_FILE"', 'result_too_large'],
  ['no JSON', 'echo "{" > "$WHOOSH_RESULT_FILE"', 'invalid_result'],
  ['empty', ': > "$WHOOSH_RESULT_FILE"', 'invalid_result'],
  ['a number that no double holds', 'echo 1e400 > "$WHOOSH_RESULT_FILE"', 'invalid_result'],
  ['deeper than 63 levels', 'head -c 400000 /dev/zero | tr "\\0" "[" > "$WHOOSH_RESULT_FILE"', 'invalid_result'],
  ['a link', 'ln -s /etc/passwd "$WHOOSH_RESULT_FILE"', 'invalid_result'],
  ['a folder', 'mkdir "$WHOOSH_RESULT_FILE"', 'invalid_result'],
  ['a named pipe', 'mkfifo "$WHOOSH_RESULT_FILE"', 'invalid_result'],
])('a result that is %s fails the attempt', async (_what, script, code) => {
  const { run } = await prepare(shellAgent(script));
  expect(await run()).toMatchObject({ ok: false, code, retryable: false, usage: { exit_code: 0 } });
});

test('NUL and lone surrogates in the output arrive as U+FFFD [B12]', async () => {
  const { run, printed } = await prepare(shellAgent("printf 'a\\000b\\355\\240\\200c'"));
  await run();
  expect(printed('stdout')).toBe('a\uFFFDb\uFFFD\uFFFD\uFFFDc');
});

test('what it used is told', async () => {
  const { run } = await prepare(shellAgent('i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; sleep 0.3'));
  const { usage } = await run();
  expect(usage).toMatchObject({ exit_code: 0, max_rss_bytes: expect.any(Number) });
  expect(usage.cpu_user_ms).toBeGreaterThan(0);
  expect(usage.duration_ms).toBeGreaterThan(300);
});

test('when it is stopped, the command is asked to end and its whole group is waited for', async () => {
  const script = `sh -c 'trap "sleep 0.2; echo cleaned > cleaned; exit" TERM; echo $$ > child; while :; do sleep 0.05; done' & wait`;
  const { run, stop, folder } = await prepare(shellAgent(script));
  const running = run();
  const child = await pidIn(folder, 'child');
  stop.abort();
  expect(await running).toMatchObject({ ok: false, code: 'killed_by_signal' });
  expect(await readFile(join(folder.workspace, 'cleaned'), 'utf8')).toBe('cleaned\n');
  expect(await isGone(child)).toBe(true);
});

test('a command that ignores SIGTERM is killed after the time it has [B8]', async () => {
  const { run, stop, folder } = await prepare(shellAgent('trap "" TERM; echo $$ > pid; while :; do sleep 0.05; done'), {
    execution: { killAfterMs: 300 },
  });
  const running = run();
  const pid = await pidIn(folder, 'pid');
  const before = performance.now();
  stop.abort();
  expect(await running).toMatchObject({
    ok: false,
    code: 'killed_by_signal',
    message: expect.stringContaining('SIGKILL'),
  });
  expect(performance.now() - before).toBeGreaterThan(290);
  expect(await isGone(pid)).toBe(true);
});

test('a stop that came before the command was started still ends it', async () => {
  const { run, stop } = await prepare(shellAgent('sleep 600'));
  stop.abort();
  expect(await run()).toMatchObject({ ok: false, code: 'killed_by_signal' });
});

test('nothing that the command forked keeps running, not even what left its process group [R6]', async () => {
  const { run, folder } = await prepare(
    shellAgent(
      'sleep 600 & echo $! > group; setsid sh -c "echo \\$\\$ > session; exec sleep 600" & until [ -s session ]; do :; done',
    ),
  );
  expect(await run()).toMatchObject({ ok: true });
  expect(await isGone(await pidIn(folder, 'group'))).toBe(true);
  await until(async () => isGone(await pidIn(folder, 'session')));
});
