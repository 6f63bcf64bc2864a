import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Files of a self-signed certificate and its key, in PEM form. */
export type CertificateFiles = { cert: string; key: string };

/** Makes a self-signed certificate in `folder` with the machine's openssl, valid for `days` for localhost and 127.0.0.1. */
export function makeCertificate(folder: string, name: string, days = 30): CertificateFiles {
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const args = ['req', '-x509', ...curve, ...names, '-days', String(days), '-keyout', files.key, '-out', files.cert];
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  return files;
}
