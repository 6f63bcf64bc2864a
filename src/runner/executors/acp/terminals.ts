import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type CreateTerminalRequest, RequestError, type TerminalOutputResponse } from '@agentclientprotocol/sdk';
import { findExecutable } from '../../find-executable.ts';
import { signalGroup } from '../../processes/signal-group.ts';
import { ATTEMPT_VARIABLE } from '../command-environment.ts';
import { confinedPath } from './confined-path.ts';
import { TailBuffer } from './tail-buffer.ts';

type Exit = { exitCode: number | null; signal: string | null };
type Terminal = { child: ChildProcess; output: TailBuffer; exited: Promise<Exit>; exit: Exit | undefined };

const MOST_TERMINALS = 50;
const MOST_OUTPUT_BYTES = 1_048_576;

/** The commands that an agent lets us run for it, in its workspace and with its environment. */
export class Terminals {
  readonly #cwd: string;
  readonly #env: Record<string, string> & { PATH: string };
  readonly #byId = new Map<string, Terminal>();
  #count = 0;

  constructor(cwd: string, env: Record<string, string> & { PATH: string }) {
    this.#cwd = cwd;
    this.#env = env;
  }

  /** Starts a command. Throws RequestError when its folder lies outside the workspace, or it cannot be started. */
  async create(request: CreateTerminalRequest): Promise<string> {
    if (this.#byId.size >= MOST_TERMINALS)
      throw new RequestError(-32603, `${MOST_TERMINALS} terminals are open: release some first`);
    const cwd = await confinedPath(request.cwd ?? this.#cwd, [this.#cwd]);
    if (!cwd) throw new RequestError(-32602, `${request.cwd} lies outside the workspace`);
    // In this order: the mark by which what it starts is found at the end stays what it is.
    const wanted = Object.fromEntries((request.env ?? []).map(({ name, value }) => [name, value]));
    const env = { ...this.#env, ...wanted, [ATTEMPT_VARIABLE]: this.#env[ATTEMPT_VARIABLE] };
    const [program, args] = await commandOf(request, env.PATH);
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const id = `terminal-${++this.#count}`;
    const limit = Math.min(request.outputByteLimit ?? MOST_OUTPUT_BYTES, MOST_OUTPUT_BYTES);
    this.#byId.set(id, watched(child, new TailBuffer(limit)));
    await once(child, 'spawn').catch((error) => {
      this.#byId.delete(id);
      throw new RequestError(-32603, `${program} cannot be started: ${error.code}`);
    });
    return id;
  }

  output(id: string): TerminalOutputResponse {
    const { output, exit } = this.#find(id);
    return { output: output.text(), truncated: output.isCut, exitStatus: exit ?? null };
  }

  /** What a terminal printed; empty for one that is not there. */
  text(id: string): string {
    return this.#byId.get(id)?.output.text() ?? '';
  }

  waitForExit(id: string): Promise<Exit> {
    return this.#find(id).exited;
  }

  kill(id: string): void {
    end(this.#find(id));
  }

  release(id: string): void {
    end(this.#find(id));
    this.#byId.delete(id);
  }

  /** Ends all of them. */
  close(): void {
    for (const terminal of this.#byId.values()) end(terminal);
    this.#byId.clear();
  }

  #find(id: string): Terminal {
    const terminal = this.#byId.get(id);
    if (!terminal) throw new RequestError(-32602, `There is no terminal ${id}`);
    return terminal;
  }
}

// Some agents give a line for a shell as the command, others a program with its arguments.
async function commandOf({ command, args = [] }: CreateTerminalRequest, path: string): Promise<[string, string[]]> {
  if (args.length === 0 && /\s/.test(command)) return ['/bin/sh', ['-c', command]];
  const found = await findExecutable(command, path);
  if ('reason' in found) throw new RequestError(-32603, found.reason);
  return [found.path, args];
}

function watched(child: ChildProcess, output: TailBuffer): Terminal {
  const terminal: Terminal = {
    child,
    output,
    exited: Promise.resolve({ exitCode: null, signal: null }),
    exit: undefined,
  };
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => output.add(chunk));
  terminal.exited = new Promise((resolve) => {
    child.once('error', () => resolve({ exitCode: null, signal: null }));
    // `close` and not `exit`: its last output is part of what is waited for.
    child.once('close', (exitCode, signal) => {
      terminal.exit = { exitCode, signal };
      resolve(terminal.exit);
    });
  });
  return terminal;
}

function end({ child }: Terminal): void {
  if (child.pid) signalGroup(child.pid, 'SIGKILL');
}
