import { runCli } from './run-cli.ts';

// `whoosh task list | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const { stdin, stdout, stderr, env } = process;
const io = { stdin, stdout, stderr, env, cwd: process.cwd() };
const exitCode = await runCli(process.argv.slice(2), io);
// `serve` goes on after its command has returned, and may have set a code of its own.
if (exitCode !== 0) process.exitCode = exitCode;
