import { hostname, release } from 'node:os';
import { VERSION } from '../lib/version.ts';
import type { Session } from './api.ts';
import type { PollChannel } from './poll-channel.ts';
import { pollFailure } from './poll-failure.ts';
import type { RunnerParts } from './runner-parts.ts';

const BACKOFF_MS = 5_000;

/**
 * Tells the server that this runner is here and what it offers, as often as it takes; undefined when `wanted` says no
 * meanwhile. Throws RunnerError when the server does not accept the runner.
 */
export async function openSession(
  { api, roster, server, log }: RunnerParts,
  channel: PollChannel,
  wanted: () => boolean,
): Promise<Session | undefined> {
  const about = { version: VERSION, hostname: hostname().slice(0, 255), os: `${process.platform} ${release()}` };
  while (wanted()) {
    await roster.check();
    const agents = roster.declarations;
    try {
      const session = await channel.call((signal) => api.openSession({ ...about, agents }, { signal }));
      if (!session) continue;
      roster.acknowledged(agents, session.agents);
      log.info({ server, agents: agents.map(({ name }) => name) }, 'Session opened');
      return session;
    } catch (error) {
      await channel.backOff(pollFailure(error, server).error, BACKOFF_MS);
    }
  }
  return undefined;
}
