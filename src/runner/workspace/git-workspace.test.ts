import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { serveGit } from '../../../test/support/git-http.ts';
import { makeRepository, type TestRepository } from '../../../test/support/git-repository.ts';
import { ownMounts } from '../../../test/support/own-mounts.ts';
import type { Workspace } from '../../tasks/schema.ts';
import { attemptFolder, fillAttemptFolder } from '../attempt-folder.ts';
import { OutputLog } from '../output/output-log.ts';
import { openWorkspace } from './open-workspace.ts';

const run = promisify(execFile);
type GitWish = Extract<Workspace, { kind: 'git' }>;

async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'whoosh-git-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A runner that allows everything below `root`, and a repository there. */
async function machine() {
  const root = await temporaryFolder();
  const runnerFolder = join(root, 'runner');
  await mkdir(runnerFolder);
  const home = join(root, 'home');
  await mkdir(home);
  const repository = await makeRepository(join(root, 'project'));
  const open = async (wish: Partial<GitWish> = {}, allowed = { directories: [root], repositories: undefined }) => {
    const workspace = {
      kind: 'git',
      repository: repository.path,
      ref: 'HEAD',
      push: false,
      keep_on_failure: false,
      ...wish,
    } as const;
    const grant = { task_id: randomUUID(), epoch: 2, workspace, prompt: null, input: null, continues: null };
    const folder = attemptFolder(runnerFolder, grant);
    await fillAttemptFolder(folder, grant, []);
    const said: string[] = [];
    const output = new OutputLog({
      flushMs: 0,
      send: async (entries) => void said.push(...entries.map(({ text }) => text)),
    });
    const signal = new AbortController().signal;
    const runnerEnvironment = { PATH: process.env.PATH, HOME: home, GIT_DIR: '/nowhere', GIT_CONFIG_NOSYSTEM: '1' };
    const opened = await openWorkspace({ grant, folder, runnerFolder, allowed, runnerEnvironment, output, signal });
    const shell = (script: string) =>
      run('sh', ['-ec', script], { cwd: opened.cwd, env: { PATH: process.env.PATH, HOME: home } });
    const close = async (ok: boolean) => {
      await opened.close({ ok });
      said.push(...(await output.close(0)).map(({ text }) => text));
    };
    const collect = (ok = true) => opened.collect({ ok, signal });
    const changes = (name: string) => readFile(join(folder.changes, name), 'utf8');
    const branch = `whoosh/${grant.task_id.slice(-12)}-2`;
    return { cwd: opened.cwd, collect, close, shell, changes, folder, said, branch };
  };
  return { root, runnerFolder, home, repository, open };
}

const head = (repository: TestRepository) => repository.git('rev-parse', 'HEAD');

test('an attempt gets a worktree of its own on a branch of its own, from the ref it asked for [R7]', async () => {
  const { repository, open } = await machine();
  const first = await head(repository);
  await repository.git('tag', '-a', 'v1', '-m', 'one');
  await repository.git('checkout', '--quiet', '-b', 'feature/x');
  const feature = await repository.commit('Feature', { 'feature.txt': 'x\n' });
  await repository.git('checkout', '--quiet', 'main');
  const main = await repository.commit('Second', { 'second.txt': '2\n' });
  for (const [ref, expected] of [
    ['HEAD', main],
    ['main', main],
    ['feature/x', feature],
    ['v1', first],
    ['refs/heads/feature/x', feature],
    [first, first],
    [first.slice(0, 10), first],
  ] as const) {
    const { shell, branch, close } = await open({ ref });
    const { stdout } = await shell('git rev-parse HEAD; git branch --show-current; git status --porcelain');
    expect(stdout).toBe(`${expected}\n${branch}\n`);
    await close(true);
  }
});

test('what the repository gained since the last attempt is there, and what it lost is not', async () => {
  const { repository, open } = await machine();
  await repository.git('branch', 'gone');
  await (await open({ ref: 'gone' })).close(true);
  await repository.git('branch', '-D', 'gone');
  await repository.git('branch', 'gone/deeper');
  const newer = await repository.commit('Newer', { 'newer.txt': 'n\n' });
  const { shell, close } = await open({ ref: 'main' });
  expect((await shell('git rev-parse HEAD')).stdout.trim()).toBe(newer);
  await close(true);
  await expect(open({ ref: 'gone' })).rejects.toMatchObject({ code: 'ref_not_found' });
  await (await open({ ref: 'gone/deeper' })).close(true);
});

test('commits, uncommitted changes and new files become a patch that git can apply, and commits.json [R7]', async () => {
  const { repository, open, root } = await machine();
  const { shell, collect, changes, close } = await open();
  await shell(`
    echo three >> src/a.txt; git rm -q README.md; git commit -qm 'Third & "last"'
    echo four >> src/a.txt; echo 'é' > 'new ü.txt'; ln -s nowhere link; head -c 3000 /dev/urandom > image.bin
    printf ignored > x.log; echo '*.log' > .gitignore
    git init -q empty-inside; touch .git-lock; chmod +x src/a.txt`);
  expect(await collect()).toEqual({ files: 7, insertions: 5, deletions: 1, commits: 1 });
  const [commit] = JSON.parse(await changes('commits.json'));
  expect(commit).toEqual({
    sha: expect.stringMatching(/^[0-9a-f]{40}$/),
    subject: 'Third & "last"',
    author: 'WHOOSH agent <agent@whoosh.invalid>',
    date: expect.stringMatching(/^\d{4}-/),
    files: 1,
    insertions: 0,
    deletions: 1,
  });
  const status = (await shell('git status --porcelain')).stdout;
  expect(status).toContain('?? .gitignore');
  const target = join(root, 'target');
  await repository.git('worktree', 'add', '--quiet', '--detach', target, 'HEAD');
  await writeFile(join(root, 'changes.patch'), await changes('changes.patch'));
  await run('git', ['apply', '--index', join(root, 'changes.patch')], { cwd: target });
  for (const name of ['src/a.txt', 'new ü.txt', 'image.bin', '.gitignore']) {
    const made = (await shell(`cat '${name}' | base64`)).stdout;
    expect((await readFile(join(target, name))).toString('base64')).toBe(made.replaceAll('\n', ''));
  }
  expect(await readdir(target)).not.toContain('README.md');
  await close(true);
});

test("a user's way of printing differences does not get into the patch", async () => {
  const { home, open } = await machine();
  await writeFile(
    join(home, '.gitconfig'),
    '[diff]\nnoprefix=true\nexternal=false\n[color]\nui=always\n[user]\nname=Bea\nemail=bea@example.org\n',
  );
  const { shell, collect, changes, close } = await open();
  await shell('echo x >> src/a.txt; git commit -qam Change');
  await collect();
  expect(await changes('changes.patch')).toContain('diff --git a/src/a.txt b/src/a.txt\n');
  expect(JSON.parse(await changes('commits.json'))[0].author).toBe('Bea <bea@example.org>');
  await close(true);
});

test('where nothing changed there is no patch', async () => {
  const { open } = await machine();
  const { collect, folder, close } = await open();
  expect(await collect()).toEqual({ files: 0, insertions: 0, deletions: 0, commits: 0 });
  expect(await readdir(folder.changes)).toEqual([]);
  await close(true);
});

test('afterwards the worktree and its branch are gone, read-only folders included', async () => {
  const { open, runnerFolder } = await machine();
  const { shell, close, folder } = await open({ keep_on_failure: true });
  await shell('mkdir -p cache/deep; echo x > cache/deep/file; chmod -R a-w cache');
  await close(true);
  expect(await readdir(folder.path)).not.toContain('workspace');
  const [mirror] = await readdir(join(runnerFolder, 'mirrors'));
  const inMirror = (...args: string[]) => run('git', ['-C', join(runnerFolder, 'mirrors', mirror!), ...args]);
  expect((await inMirror('branch', '--list')).stdout).toBe('');
  expect((await inMirror('worktree', 'list')).stdout.trim().split('\n')).toHaveLength(1);
});

test('after a failure the worktree stays if the task asks for it, and the log says where', async () => {
  const { open } = await machine();
  const { close, cwd, said, folder } = await open({ keep_on_failure: true });
  await close(false);
  expect(await readdir(cwd)).toContain('README.md');
  expect(await readdir(folder.path)).toContain('kept');
  expect(said.join()).toContain(`kept on the runner: ${cwd}`);
});

test('a branch is pushed when the task asks for it, whatever branch the agent committed on', async () => {
  const { open, repository } = await machine();
  const { shell, collect, close, branch } = await open({ push: true });
  await shell('git checkout -qb mine; echo x > pushed.txt; git add .; git commit -qm Pushed; git rev-parse HEAD');
  await collect();
  expect(await repository.git('log', '-1', '--format=%s', branch)).toBe('Pushed');
  await close(true);
});

test('nothing is pushed after a failure', async () => {
  const { open, repository } = await machine();
  const { shell, collect, close, branch } = await open({ push: true });
  await shell('echo x > pushed.txt; git add .; git commit -qm Pushed');
  expect(await collect(false)).toMatchObject({ commits: 1 });
  expect(await repository.git('branch', '--list', branch)).toBe('');
  await close(false);
});

test('a push that the repository refuses fails the attempt, and another one may try', async () => {
  const { open, repository } = await machine();
  const hook = join(repository.path, '.git/hooks/pre-receive');
  await writeFile(hook, '#!/bin/sh\necho "closed for today" >&2; exit 1\n');
  await chmod(hook, 0o755);
  const { shell, collect, close } = await open({ push: true });
  await shell('echo x > pushed.txt; git add .; git commit -qm Pushed');
  await expect(collect()).rejects.toMatchObject({
    code: 'push_failed',
    retryable: true,
    message: expect.stringContaining('closed for today'),
  });
  await close(false);
});

test('the repository may be behind smart HTTP', async () => {
  const { open, root } = await machine();
  const { url, close: stop } = await serveGit(root);
  onTestFinished(stop);
  const { shell, collect, close, branch } = await open({ repository: `${url}/project`, push: true });
  await shell('echo x > pushed.txt; git add .; git commit -qm Pushed');
  expect(await collect()).toMatchObject({ files: 1, commits: 1 });
  await close(true);
  const { stdout } = await run('git', ['ls-remote', `${url}/project`, branch]);
  expect(stdout).toContain(branch);
  await expect(open({ repository: `${url}/absent` })).rejects.toMatchObject({
    code: 'repository_not_found',
    retryable: false,
  });
  await expect(open({ repository: `${url}/project`, ref: 'absent' })).rejects.toMatchObject({ code: 'ref_not_found' });
});

test('a repository that cannot be reached may be tried again [B9]', async () => {
  const { open, root } = await machine();
  const { url, close: stop } = await serveGit(root);
  await stop();
  await expect(open({ repository: `${url}/project` })).rejects.toMatchObject({
    code: 'repository_unreachable',
    retryable: true,
  });
});

test('a ref that is no branch, tag or commit of the repository does not exist [B9]', async () => {
  const { open } = await machine();
  const odd = ['-x', 'main..main', 'main~1', 'main:README.md', '--upload-pack=touch pwned', '', 'a b'];
  for (const ref of ['absent', 'deadbeef'.repeat(5), 'refs/pull/1/head', ...odd]) {
    await expect(open({ ref }), ref).rejects.toMatchObject({ code: 'ref_not_found', retryable: false });
  }
});

test('a repository that could run a program, carries credentials or lies outside is refused, and credentials are not repeated', async () => {
  const { open } = await machine();
  for (const repository of [
    'ext::sh -c "touch pwned"',
    '--upload-pack=touch pwned',
    'relative/path',
    'ssh://-oProxyCommand=touch/x',
    '-oProxyCommand=touch:x',
    'https://user:hunter2@example.org/a.git',
    'https://ghp_hunter2@example.org/a.git',
    'https://example.org/a b',
    'ftp://example.org/a.git',
    'file:///etc',
    'file://other-host/a.git',
    '/etc',
  ]) {
    const error = await open({ repository }).catch((caught) => caught);
    expect(error, repository).toMatchObject({ code: 'repository_not_allowed', retryable: false });
    expect(error.message).not.toContain('hunter2');
  }
});

test('a path where no repository is, and a link that leads out of the allowed folders, are refused', async () => {
  const { open, root } = await machine();
  const outside = await temporaryFolder();
  await symlink(outside, join(root, 'link'));
  await expect(open({ repository: join(root, 'absent') })).rejects.toMatchObject({ code: 'repository_not_found' });
  await expect(open({ repository: join(root, 'home') })).rejects.toMatchObject({ code: 'repository_not_found' });
  await expect(open({ repository: join(root, 'link') })).rejects.toMatchObject({ code: 'repository_not_allowed' });
});

test('only repositories that match a pattern of agents.yaml are fetched', async () => {
  const { open, root } = await machine();
  const { url, close: stop } = await serveGit(root);
  onTestFinished(stop);
  const allowing = (pattern: string) => ({ directories: [], repositories: [pattern] }) as never;
  await (await open({ repository: `${url}/project` }, allowing(`${url}/*`))).close(true);
  await expect(open({ repository: `${url}/project` }, allowing('https://*'))).rejects.toMatchObject({
    code: 'repository_not_allowed',
  });
});

test('a URL that steps out of what a pattern allows is refused: git would take the step after our look', async () => {
  const { open } = await machine();
  const allowed = { directories: [], repositories: ['https://git.example/mine/*', 'git.example:mine/*'] } as never;
  const steps = ['../theirs/x', '%2e%2E/theirs/x', '..%2ftheirs/x', './../theirs/x', 'x/..', '..\\theirs\\x'];
  const urls = steps.flatMap((step) => [`https://git.example/mine/${step}`, `git.example:mine/${step}`]);
  for (const repository of urls) {
    await expect(open({ repository }, allowed)).rejects.toMatchObject({
      code: 'repository_not_allowed',
      message: expect.stringContaining('as a step of its path'),
    });
  }
});

test('attempts on one repository at the same time do not disturb one another', async () => {
  const { open } = await machine();
  const opened = await Promise.all(Array.from({ length: 6 }, () => open()));
  await Promise.all(
    opened.map(({ shell }, index) => shell(`echo ${index} > mine.txt; git add .; git commit -qm ${index}`)),
  );
  expect(await Promise.all(opened.map(({ collect }) => collect()))).toEqual(
    opened.map(() => ({ files: 1, insertions: 1, deletions: 0, commits: 1 })),
  );
  await Promise.all(opened.map(({ close }) => close(true)));
});

test('hooks and settings that an agent left behind do not reach the runner or the next attempt', async () => {
  const { open, repository, runnerFolder, root } = await machine();
  const first = await open();
  await first.shell(`
    hooks=$(git rev-parse --git-common-dir)/hooks; mkdir -p $hooks
    for hook in post-checkout pre-push reference-transaction; do printf '#!/bin/sh\\ntouch ${root}/pwned\\n' > $hooks/$hook; done
    chmod +x $hooks/*
    git remote set-url origin https://example.org/elsewhere; git config user.email somebody@example.org`);
  await first.close(true);
  const second = await open({ push: true });
  const { stdout } = await second.shell('git remote get-url origin; git config user.email');
  expect(stdout).toBe(`${repository.path}\nagent@whoosh.invalid\n`);
  await second.collect();
  await second.close(true);
  expect(await readdir(root)).not.toContain('pwned');
  expect(await readdir(join(runnerFolder, 'mirrors'))).toHaveLength(1);
});

// What an agent may do that its own sandbox lets write in the worktree and nowhere else.
test.each([
  ['in place of the worktree’s own', 'cp -r "$(git rev-parse --git-common-dir)" ../own; rm .git; mv ../own .git', '.'],
  [
    'inside the worktree',
    'git init -q sub; git -C sub -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m sub; git add sub; git commit -qm sub',
    'sub',
  ],
])('the programs that a repository %s names are not run by the runner', async (_where, make, at) => {
  const { open, root } = await machine();
  const { shell, collect, close } = await open();
  await shell(`${make}
    cd ${at}; unset GIT_DIR
    echo new > new.txt; echo '* filter=own' > .gitattributes; git config core.bare false
    git add . ; git config filter.own.clean "touch '${root}/pwned'; cat"; touch -d 2001-01-01 new.txt .gitattributes`);
  await collect();
  await close(true);
  expect(await readdir(root)).not.toContain('pwned');
});

test('nothing is written through a link that a command left in place of a folder of ours', async () => {
  const { open, root } = await machine();
  const { shell, collect, close, folder } = await open();
  await mkdir(join(root, 'elsewhere'));
  await rm(folder.changes, { recursive: true });
  await symlink(join(root, 'elsewhere'), folder.changes);
  for (const name of ['index', 'new-files']) await symlink(join(root, 'elsewhere', name), join(folder.path, name));
  await shell('echo new > new.txt');
  expect(await collect()).toMatchObject({ files: 1 });
  await close(true);
  expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
});

test('a worktree that the agent broke is told as such', async () => {
  const { open } = await machine();
  const { shell, collect, close } = await open();
  await shell('rm -r "$(git rev-parse --absolute-git-dir)"');
  await expect(collect()).rejects.toMatchObject({ code: 'changes_unreadable', retryable: true });
  await close(false);
});

test('a full disk fails the attempt as disk_full, and another one may try [B10]', async ({ skip }) => {
  const mounts = await ownMounts();
  if (!mounts) skip('mounting a small disk needs root or user namespaces');
  const { repository, runnerFolder } = await machine();
  await repository.commit('Large', { 'large.bin': randomBytes(3_000_000) });
  const script = fileURLToPath(new URL('../../../test/support/open-workspace-on-full-disk.ts', import.meta.url));
  const [file = '', ...args] = [...(mounts ?? []), process.execPath, script, repository.path, runnerFolder];
  const failure = JSON.parse((await run(file, args)).stdout);
  expect(failure).toMatchObject({ code: 'disk_full', retryable: true });
  expect(failure.message).toContain('No space left on device');
});
