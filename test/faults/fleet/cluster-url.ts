import type { Cluster } from './cluster.ts';

/** The URL of servers on copies of the cluster, by their ports; `application` becomes the name of the connections. */
export const clusterUrl = ({ password }: Cluster, ports: readonly number[], application: string): string =>
  `postgres://whoosh:${password}@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/whoosh?application_name=${application}`;
