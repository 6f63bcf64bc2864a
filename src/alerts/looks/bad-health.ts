import type { Finding, Scene } from '../rule.ts';

/** What all replicas share: each of them says the same of it, so it is one alert. */
const SHARED = ['agents', 'database'];

/** Components of this replica that are degraded. */
export const findBadHealth = ({ components, replica }: Scene): Finding[] =>
  Object.entries(components)
    .filter(([, { status }]) => status === 'degraded')
    .map(([name, { detail }]) => ({
      subject: SHARED.includes(name) ? name : `${name} of ${replica}`,
      project_id: null,
      summary: `The component ${name} of replica ${replica} is degraded.`,
      detail: detail ?? null,
    }));
