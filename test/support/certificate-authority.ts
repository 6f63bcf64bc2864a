import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';
import type { CertificateFiles } from './certificate.ts';
import { program } from './program.ts';
import { testFolder } from './test-folder.ts';

const run = promisify(execFile);

/** A certificate authority of a test's own. */
export type Authority = CertificateFiles & {
  /** A certificate for `name`, also as the host name of a server. */
  issue(name: string): Promise<CertificateFiles>;
};

/** Makes an authority with the machine's openssl (3.0 or later); its files go with the test. */
export async function certificateAuthority(context: TestContext): Promise<Authority> {
  const openssl = program('openssl', context);
  const folder = await testFolder();
  const make = async (name: string, more: string[]): Promise<CertificateFiles> => {
    const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    await run(openssl, ['req', '-x509', ...ec, '-subj', `/CN=${name}`, '-keyout', key, '-out', cert, ...more]);
    return { cert, key };
  };
  const own = await make('authority', []);
  const issue = (name: string) =>
    make(name, [
      '-CA',
      own.cert,
      '-CAkey',
      own.key,
      '-addext',
      `subjectAltName=DNS:${name}`,
      '-addext',
      'basicConstraints=critical,CA:FALSE',
    ]);
  return { ...own, issue };
}
