import { statSync } from 'node:fs';
import { SETTING_ROWS } from '../../config.ts';
import { bad, type Finding, note, ok } from './finding.ts';

/** How the secrets of a server are given, and who can read them. */
export function checkSecrets(env: NodeJS.ProcessEnv): Finding[] {
  const names = SETTING_ROWS.flatMap(({ env: name, secret }) => (secret ? [name] : []));
  const given = names.filter((name) => env[name]);
  const files = names.flatMap((name) => env[`${name}_FILE`] || []);
  return [checkGiven(given, files), ...files.map(checkFile)];
}

function checkGiven(given: string[], files: string[]): Finding {
  if (!given.length) return ok('secrets', files.length ? 'are files' : 'none is given');
  const remedy = `Give ${given.map((name) => `${name}_FILE`).join(', ')}: who may look at the process sees its variables.`;
  return note('secrets', `${given.join(', ')} stand in the environment`, remedy);
}

function checkFile(file: string): Finding {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return bad('secret file', `${file} is not there`, 'Mount the secret, or correct its *_FILE.');
  if (mode & 0o022) return bad('secret file', `${file} can be written by others`, `chmod 600 ${file}`);
  // Docker and Kubernetes mount them so, for the one user of a container.
  if (mode & 0o044 && !file.startsWith('/run/secrets/'))
    return note('secret file', `${file} can be read by others`, `chmod 600 ${file}, as the user of the server.`);
  return ok('secret file', `${file} is the server's`);
}
