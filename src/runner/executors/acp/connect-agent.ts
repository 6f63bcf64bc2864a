import { type ClientConnection, client } from '@agentclientprotocol/sdk';
import type { AcpAgent } from '../../agents-schema.ts';
import type { RunningCommand } from '../../processes/spawn-command.ts';
import { commandEnvironment } from '../command-environment.ts';
import type { Execution } from '../executor.ts';
import { messageStream } from './message-stream.ts';
import { Permissions } from './permissions.ts';
import { SessionTranscript } from './session-transcript.ts';
import { readSessionUpdate } from './session-update.ts';
import { Terminals } from './terminals.ts';
import { textFiles } from './text-files.ts';

/** More of them are not told. */
const MOST_REFUSALS = 20;

/** The connection to a started agent, and what it is served with. */
export type ConnectedAgent = {
  connection: ClientConnection;
  transcript: SessionTranscript;
  terminals: Terminals;
};

/**
 * Connects to an agent's standard input and output, and serves what it may ask: files and terminals of its workspace, and
 * permission. What else it says is left out.
 */
export function connectAgent(execution: Execution<AcpAgent>, { stdin, stdout }: RunningCommand): ConnectedAgent {
  const { cwd, folder, output } = execution;
  const terminals = new Terminals(cwd, commandEnvironment(execution));
  const transcript = new SessionTranscript(output, { cwd, terminalText: (id) => terminals.text(id) });
  const permissions = new Permissions(execution, transcript);
  const roots = {
    read: [cwd, folder.artifacts, folder.inputFile, folder.dependenciesFile],
    write: [cwd, folder.artifacts, folder.resultFile],
  };
  let refusals = 0;
  const files = textFiles(roots, (what, path) => {
    if (refusals++ < MOST_REFUSALS)
      output.system(`The agent wanted to ${what} ${path.slice(0, 500)}, outside its workspace: refused.`);
  });
  const app = client({ name: 'whoosh' })
    .onRequest('fs/read_text_file', async ({ params }) => ({ content: await files.read(params.path, params) }))
    .onRequest('fs/write_text_file', async ({ params }) => files.write(params.path, params.content))
    .onRequest('terminal/create', async ({ params }) => ({ terminalId: await terminals.create(params) }))
    .onRequest('terminal/output', ({ params }) => terminals.output(params.terminalId))
    .onRequest('terminal/wait_for_exit', ({ params }) => terminals.waitForExit(params.terminalId))
    .onRequest('terminal/kill', ({ params }) => terminals.kill(params.terminalId))
    .onRequest('terminal/release', ({ params }) => terminals.release(params.terminalId))
    .onRequest('session/request_permission', ({ params }) => permissions.answer(params))
    .onNotification('*', () => {});
  const stream = messageStream({ stdin: stdin!, stdout }, output, (params) => {
    const update = readSessionUpdate(params);
    if (update) transcript.take(update);
  });
  return { connection: app.connect(stream), transcript, terminals };
}
