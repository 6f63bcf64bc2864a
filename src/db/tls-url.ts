// `prefer` and `allow` promise nothing: whoever is between could take the encryption away and nobody would notice.
const MODES = ['disable', 'require', 'verify-ca', 'verify-full'];

/**
 * A postgres:// URL whose `sslmode` means to `pg` what it means to psql, pg_dump and every other program of libpq:
 * `require` encrypts and checks the server's certificate only when there is a `sslrootcert`; `verify-full` checks its name
 * too. Left alone, `pg` 8 takes each of them for `verify-full` and says on standard error that `pg` 9 will not. Throws an
 * Error, one sentence, for a mode that is none or that promises nothing.
 */
export function tlsUrl(url: string): string {
  const [base, query] = url.split('?') as [string, string | undefined];
  const parameters = new URLSearchParams(query);
  const mode = parameters.get('sslmode');
  if (mode === null) return url;
  if (!MODES.includes(mode)) throw new Error(`expected sslmode ${MODES.join(' | ')}, not ${mode}`);
  const authority = parameters.get('sslrootcert');
  if (mode === 'verify-ca' && !authority) throw new Error('sslmode=verify-ca needs sslrootcert');
  // Those that come with Node, which is what `pg` takes when it is given none.
  if (authority === 'system') parameters.delete('sslrootcert');
  parameters.set('uselibpqcompat', 'true');
  return `${base}?${parameters}`;
}
