import { onTestFinished } from 'vitest';
import { type WildAnswer, wildServer } from './wild-server.ts';

/** A wild server that stops with the test. */
export async function serveWild(answer: WildAnswer) {
  const started = await wildServer(answer);
  onTestFinished(() => started.stop());
  return started;
}
