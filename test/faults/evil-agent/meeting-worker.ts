import { parentPort, workerData } from 'node:worker_threads';
import { meetSpoiltStreams } from './meet-spoilt-streams.ts';

parentPort!.postMessage(await meetSpoiltStreams(workerData as { runs: number; seed: number }));
