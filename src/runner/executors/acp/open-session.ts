import type { ClientContext } from '@agentclientprotocol/sdk';
import { PROTOCOL_VERSION } from '@agentclientprotocol/sdk';
import type { z } from 'zod';
import { VERSION } from '../../../lib/version.ts';
import { AttemptFailure } from '../../attempt-failure.ts';
import { initialized, newSession, oldSession, readAnswer } from './agent-answers.ts';
import { within } from './within.ts';

export type AgentAbout = z.infer<typeof initialized>;
export type OpenSession = {
  id: string;
  /** It goes on with an earlier one. */
  isResumed: boolean;
  modes: z.infer<typeof newSession>['modes'];
  configOptions: z.infer<typeof newSession>['configOptions'];
};

const SESSION_MS = 120_000;

/**
 * Says hello. Throws AttemptFailure agent_silent (no answer within `limitMs`), protocol_version (it speaks another version of
 * the protocol), agent_error.
 */
export async function initialize(agent: ClientContext, limitMs: number): Promise<AgentAbout> {
  const silent = `The agent did not answer \`initialize\` within ${limitMs / 1000} s. Does its command start the Agent Client Protocol?`;
  const request = {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: { fs: { readTextFile: true, writeTextFile: true }, terminal: true },
    clientInfo: { name: 'whoosh', title: 'WHOOSH', version: VERSION },
  };
  const answer = await within(agent.request('initialize', request), limitMs, silent);
  const about = readAnswer(initialized, answer, 'initialize');
  if (about.protocolVersion === PROTOCOL_VERSION) return about;
  const sentence = `The agent speaks version ${about.protocolVersion} of the Agent Client Protocol, this runner version ${PROTOCOL_VERSION}.`;
  throw new AttemptFailure('protocol_version', sentence, false);
}

/** Opens a new session in a folder. Throws AttemptFailure agent_silent (no answer within 2 minutes), agent_error. */
export async function openNewSession(agent: ClientContext, cwd: string): Promise<OpenSession> {
  const opening = agent.request('session/new', { cwd, mcpServers: [] });
  const answer = await within(opening, SESSION_MS, silence('session/new'));
  const { sessionId: id, modes, configOptions } = readAnswer(newSession, answer, 'session/new');
  return { id, isResumed: false, modes, configOptions };
}

/** Whether an agent can go on with a session of an earlier process. */
export const canResume = ({ agentCapabilities: able }: AgentAbout): boolean =>
  Boolean(able?.loadSession || able?.sessionCapabilities?.resume);

/** Goes on with an earlier session. Throws what the agent says when it has none of that id. */
export async function resumeSession(
  agent: ClientContext,
  { agentCapabilities: able }: AgentAbout,
  session: { id: string; cwd: string },
): Promise<OpenSession> {
  const request = { sessionId: session.id, cwd: session.cwd, mcpServers: [] };
  const method = able?.sessionCapabilities?.resume ? 'session/resume' : 'session/load';
  const answer = await within(agent.request(method, request), SESSION_MS, silence(method));
  const old = readAnswer(oldSession, answer, method);
  return { id: session.id, isResumed: true, modes: old?.modes, configOptions: old?.configOptions };
}

const silence = (method: string) => `The agent did not answer \`${method}\` within ${SESSION_MS / 1000} s.`;
