import { readStream, type StreamMessage, type StreamOptions } from './read-stream.ts';
import { type RetryPolicy, waitOrThrow } from './retries.ts';
import { WhooshError } from './whoosh-error.ts';

export type FollowOptions = StreamOptions & {
  /** `withinMs` counts from the moment when the last good connection broke. */
  retry: RetryPolicy;
  /** Whether nothing will be added any more. Without it the stream goes on until the caller stops reading. */
  isOver?: () => Promise<boolean>;
};

type Follower = FollowOptions & { failures: number; giveUpAt: number };

/**
 * The messages of an event stream, each once and in order, over as many connections as it takes: after a break it goes
 * on behind the last message, on whichever replica answers. Throws what no repeat can mend, or the last error when the
 * server stays away for longer than the policy allows.
 */
export async function* followStream(options: FollowOptions): AsyncGenerator<StreamMessage> {
  const follower: Follower = { ...options, failures: 0, giveUpAt: performance.now() + options.retry.withinMs };
  while (!(yield* readOn(follower)));
}

/** One connection and, if it broke, the wait for the next; true when all has been said. */
async function* readOn(follower: Follower): AsyncGenerator<StreamMessage, boolean> {
  let [opened, messages] = [false, 0];
  try {
    const over = (await follower.isOver?.()) ?? false;
    for await (const message of readStream({ ...follower, onOpen: () => (opened = true) })) {
      messages++;
      follower.lastEventId = message.id;
      yield message;
    }
    // A replica that shuts down ends its streams as properly as one that has said everything. So it is over only when a
    // connection that was opened after the end had nothing to add.
    if (over && messages === 0) return true;
    if (messages === 0) throw new WhooshError('The server ended the stream', { code: 'unreachable' });
  } catch (error) {
    if (opened) Object.assign(follower, { failures: 0, giveUpAt: performance.now() + follower.retry.withinMs });
    await waitOrThrow(error, ++follower.failures, follower);
  }
  return false;
}
