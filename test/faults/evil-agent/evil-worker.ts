import { parentPort } from 'node:worker_threads';
import { openEvilAgent } from './evil-agent.ts';

// Tells its URL, and goes on until it is terminated.
const evil = await openEvilAgent();
parentPort!.postMessage(evil.urlOf('').replace(/\/$/, ''));
