import pg from 'pg';
import { ConfigError } from '../config.ts';
import { hostUrls } from './host-urls.ts';

/**
 * Refuses with ConfigError a URL that no connection can be made of (its form, `sslmode`, a certificate's file that cannot
 * be read), before anything waits for it. `name` is the setting that it came from; the URL, which holds a password, is
 * not repeated.
 */
export function requireUsableUrl(name: string, url: string): void {
  const urls = orRefuse(name, () => hostUrls(url));
  orRefuse(name, () => urls.map((connectionString) => new pg.Client({ connectionString })));
}

function orRefuse<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { message, syscall } = cause as NodeJS.ErrnoException;
    if (cause instanceof TypeError || cause instanceof URIError)
      throw new ConfigError(`${name} is not a usable postgres:// URL`, { cause });
    const what = syscall ? 'a certificate or key that it names cannot be read: ' : '';
    throw new ConfigError(`${name} is not usable: ${what}${message}`, { cause });
  }
}
