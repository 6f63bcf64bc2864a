import pg from 'pg';
import { ConfigError } from '../config.ts';
import { hostUrls } from './host-urls.ts';

/**
 * Refuses with ConfigError a URL that no connection can be made of, before anything waits for it. `name` is the setting
 * that it came from; the URL itself, which holds a password, is not repeated.
 */
export function requireUsableUrl(name: string, url: string): void {
  try {
    for (const connectionString of hostUrls(url)) new pg.Client({ connectionString });
  } catch (cause) {
    throw new ConfigError(`${name} is not a usable postgres:// URL`, { cause });
  }
}
