/** A part of the seed: its heading, and for each of its lines the files in which that line is built. */
type Part = { part: string; lines: Record<string, string[]> };

/**
 * Where each line of the seed is built; docs/operate/seed-checklist.md is made of this and of what tests cite. The words
 * of each line are in requirements.ts.
 */
export const SEED: Part[] = [
  {
    part: 'Database',
    lines: {
      S1: ['src/config.ts', 'src/start/open-connections.ts'],
      S2: ['src/config/database-settings.ts', 'src/db/connection-budget.ts'],
      S3: ['src/config/database-settings.ts', 'src/db/pool-config.ts'],
      S4: ['src/db/connections.ts'],
      S5: ['src/db/until-available.ts', 'src/db/listener.ts', 'src/lib/backoff.ts'],
      S6: ['src/db/check-server.ts', 'src/db/unavailable.ts', 'src/db/failures.ts'],
      S7: ['src/db/migrate.ts', 'src/cli/commands/db-migrate.ts'],
    },
  },
  {
    part: 'Life cycle',
    lines: { S8: ['src/main.ts'], S9: ['src/start/stopper.ts', 'src/cli/commands/serve.ts'] },
  },
  {
    part: 'Health',
    lines: {
      S10: ['src/http/health.ts'],
      S11: ['src/http/health.ts', 'src/lib/within.ts'],
      S12: ['deploy/Dockerfile', 'deploy/healthcheck.js'],
    },
  },
  {
    part: 'Coordinator',
    lines: {
      S13: ['src/lib/egress/egress.ts', 'src/lib/egress/limits.ts', 'src/agents/push/open-endpoint.ts'],
      S14: ['src/tasks/push/push-holder.ts', 'src/start/stopper.ts'],
      S15: ['src/tasks/waiting-room.ts', 'src/coordinator/retain.ts', 'src/lib/recent.ts'],
    },
  },
  {
    part: 'Container and deployment',
    lines: {
      S16: ['src/config.ts', 'src/config/production-rules.ts', 'docs/configuration.md'],
      S17: ['deploy/Dockerfile', '.ci/image'],
      S18: ['src/main.ts', 'examples/two-replicas'],
      S19: ['docs/operate/deploy.md', 'deploy/env.production', '.ci/image'],
    },
  },
  {
    part: 'Monitoring',
    lines: {
      S20: ['src/http/metrics-routes.ts'],
      S21: ['src/metrics/instruments.ts'],
      S22: ['src/lib/log.ts'],
      S23: ['src/alerts/rules.ts', 'deploy/prometheus/rules.yaml'],
    },
  },
  {
    part: 'Security',
    lines: {
      S24: ['src/config/read-given.ts', 'src/secrets/secrets.ts', 'deploy/env.production'],
      S25: [
        'src/members/rotate-key.ts',
        'src/runners/rotate-credential.ts',
        'src/operate/reseal-all.ts',
        'docs/operate/rotate.md',
      ],
      S26: ['src/members/permissions.ts', 'src/http/admit.ts'],
      S27: ['src/http/server-options.ts', 'src/http/renew-certificate.ts', 'docs/operate/https.md'],
      S28: ['src/http/rate-limits/', 'docs/operate/rate-limits.md'],
      S29: ['src/http/origins.ts'],
      S30: ['deploy/kubernetes/network-policies.yaml', 'deploy/compose.yaml', 'deploy/swarm.yaml'],
    },
  },
  {
    part: 'Named parts of the system',
    lines: {
      S31: ['src/coordinator/coordinator.ts', 'src/agents', 'src/tasks', 'src/projects'],
      S32: [],
      S33: [],
      S34: [],
      S35: ['src/agents/push'],
      S36: [],
      S37: [],
      S38: [],
      S39: ['src/secrets/secrets.ts'],
      S40: [],
      S41: ['test/security', 'bench', 'test/scenarios', 'test/faults'],
      S42: ['deploy/Dockerfile', 'deploy/compose.yaml', 'deploy/swarm.yaml', 'docs/operate/deploy.md'],
      S43: ['docs/index.md', 'docs/start.md', 'docs/operate'],
    },
  },
];
