import type { ClientContext } from '@agentclientprotocol/sdk';
import type { z } from 'zod';
import type { AcpAgent } from '../../agents-schema.ts';
import type { Execution } from '../executor.ts';
import { promptAnswer, readAnswer } from './agent-answers.ts';
import { earlierSession } from './earlier-session.ts';
import { firstPrompt } from './first-prompt.ts';
import {
  type AgentAbout,
  canResume,
  initialize,
  type OpenSession,
  openNewSession,
  resumeSession,
} from './open-session.ts';
import type { SessionTranscript } from './session-transcript.ts';
import { setUp } from './set-up.ts';

export type Turn = z.infer<typeof promptAnswer>;

/** How far a conversation came, told as it goes: what is known when it breaks off. */
export type Progress = { about?: AgentAbout; session?: OpenSession; turns: Turn[] };

const MESSAGES_WITHIN_MS = 5_000;

/**
 * Opens a session, or goes on with an earlier one, prompts, and goes on with what people say meanwhile until nobody says
 * more. Resolves when the last turn has ended; throws AttemptFailure and what the agent throws.
 */
export async function converse(
  agent: ClientContext,
  execution: Execution<AcpAgent>,
  transcript: SessionTranscript,
  progress: Progress,
): Promise<void> {
  const { signal, self, output, traceparent } = execution;
  progress.about = await initialize(agent, execution.helloMs);
  if (progress.about.agentInfo) output.system(agentLine(progress.about.agentInfo));
  progress.session = await openSession(agent, execution, progress.about, transcript);
  const { id } = progress.session;
  await setUp(agent, execution, progress.session);
  const cancel = () => void agent.notify('session/cancel', { sessionId: id }).catch(() => {});
  signal.addEventListener('abort', cancel, { once: true });
  try {
    let said = 0;
    for (let texts = [firstPrompt(execution, progress.session.isResumed)]; texts.length; ) {
      if (signal.aborted) return;
      const turn = await prompt(agent, { id, traceparent }, texts.join('\n\n'), transcript);
      progress.turns.push(turn);
      if (turn.stopReason !== 'end_turn') return;
      const messages = await self
        .readMessages(said, AbortSignal.any([signal, AbortSignal.timeout(MESSAGES_WITHIN_MS)]))
        // Nobody can be listened to: the work itself is done.
        .catch(() => []);
      said = messages.at(-1)?.seq ?? said;
      texts = messages.map(({ text }) => text);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

const agentLine = ({ name, version }: { name: string; version: string }) => `Agent: ${name} ${version}`.slice(0, 300);

async function openSession(
  agent: ClientContext,
  { grant, agent: config, cwd, output }: Execution<AcpAgent>,
  about: AgentAbout,
  transcript: SessionTranscript,
): Promise<OpenSession> {
  const earlier = earlierSession(grant);
  // Sessions belong to a folder: in another one the agent would look for files where they were.
  if (earlier?.agent !== config.name || earlier.cwd !== cwd || !canResume(about)) return openNewSession(agent, cwd);
  transcript.isMuted = true;
  try {
    return await resumeSession(agent, about, earlier);
  } catch (error) {
    output.system(`The earlier session cannot be resumed, a new one is told what it did: ${(error as Error).message}`);
    return await openNewSession(agent, cwd);
  } finally {
    transcript.isMuted = false;
  }
}

type Prompting = { id: string; traceparent: string | null };

/** The trace goes along as a root key of `_meta`, which the protocol keeps free for it. */
async function prompt(
  agent: ClientContext,
  { id: sessionId, traceparent }: Prompting,
  text: string,
  transcript: SessionTranscript,
) {
  transcript.prompt(text);
  const answer = await agent.request('session/prompt', {
    sessionId,
    prompt: [{ type: 'text', text }],
    ...(traceparent !== null && { _meta: { traceparent } }),
  });
  const turn = readAnswer(promptAnswer, answer, 'session/prompt');
  transcript.add({ type: 'stop', reason: turn.stopReason });
  return turn;
}
