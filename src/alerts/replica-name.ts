import { hostname } from 'node:os';
import type { Config } from '../config.ts';

/**
 * How a replica is called in alerts: as its machine, pod or container is, and by its port. It stays over a restart, so
 * that a replica that crashes again and again is not a new subject each time.
 */
export const replicaName = ({ port }: Config): string => `${hostname()}:${port}`;
