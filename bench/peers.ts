import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const FOLDER = new URL('./peers/', import.meta.url);
const require = createRequire(new URL('package.json', FOLDER));

/**
 * Loads a package of `bench/peers/`, a package of its own so that nobody who only runs WHOOSH installs its peers;
 * the first call installs them all (`npm ci`). The caller says which part of it is used, as a type.
 */
export function loadPeer<T>(name: string): T {
  if (!existsSync(new URL('node_modules/', FOLDER))) {
    execFileSync('npm', ['ci', '--prefix', FOLDER.pathname], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return require(name) as T;
}

/** The installed version of a peer. */
export function peerVersion(name: string): string {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, FOLDER), 'utf8')).version;
}
