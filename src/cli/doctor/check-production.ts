import { ConfigError, readConfig } from '../../config.ts';
import type { Io } from '../io.ts';
import { checkDatabase } from './check-database.ts';
import { checkSecrets } from './check-secrets.ts';
import { bad, type Finding, note, ok } from './finding.ts';
import { PRODUCTION_CHECKS } from './production-checks.ts';

/** What is still missing before the server of this environment is a production server. */
export async function checkProduction({ env }: Io): Promise<Finding[]> {
  try {
    const config = readConfig({ ...env, WHOOSH_MODE: 'production' });
    const settings = ok('settings', 'production starts with them');
    const told = PRODUCTION_CHECKS.map((check) => check(config));
    return [checkMode(env), settings, ...checkSecrets(env), ...told, ...(await checkDatabase(config)), BACKUPS];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const refusals = error.message.split('\n').map((line) => bad('settings', line, REFUSED));
    return [checkMode(env), ...refusals, ...checkSecrets(env)];
  }
}

const REFUSED =
  'The server does not start so: deploy/env.production has every setting, docs/operate/deploy.md makes the secrets.';

const checkMode = ({ WHOOSH_MODE }: NodeJS.ProcessEnv): Finding =>
  WHOOSH_MODE === 'production'
    ? ok('mode', 'production')
    : bad('mode', WHOOSH_MODE || 'standalone', 'Set WHOOSH_MODE=production: nothing unsafe starts then.');

const BACKUPS = note(
  'backups',
  'cannot be seen from here',
  'Restore one from time to time: only that shows there is one.',
);
