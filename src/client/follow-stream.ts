import { readStream, type StreamMessage, type StreamOptions } from './read-stream.ts';
import { pauseUnlessAborted, type RetryPolicy, waitOrThrow } from './retries.ts';

export type FollowOptions = StreamOptions & {
  /** `withinMs` counts from the moment when the last good connection broke. */
  retry: RetryPolicy;
  /** Whether nothing will be added any more. Without it the stream goes on until the caller stops reading. */
  isOver?: () => Promise<boolean>;
};

type Follower = FollowOptions & { failures: number; giveUpAt: number };

/** So that a server which ends every stream at once is not asked without a pause. */
const REOPEN_MS = 100;

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
  let opened = false;
  const onOpen = () => {
    opened = true;
  };
  try {
    const over = (await follower.isOver?.()) ?? false;
    let messages = 0;
    for await (const message of readStream({ ...follower, onOpen })) {
      messages++;
      follower.lastEventId = message.id;
      yield message;
    }
    if (messages > 0) return false;
    // A replica that shuts down ends its streams as properly as one that has said everything. So it is over only when a
    // connection that was opened after the end had nothing to add.
    if (!over) await pauseUnlessAborted(REOPEN_MS, follower.signal);
    return over;
  } catch (error) {
    if (opened) Object.assign(follower, { failures: 0, giveUpAt: performance.now() + follower.retry.withinMs });
    await waitOrThrow(error, ++follower.failures, follower);
    return false;
  }
}
