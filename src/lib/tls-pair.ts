import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A certificate with its chain and its private key, as `node:tls` takes them. */
export type TlsPair = {
  cert: string;
  key: string;
  /** Until when the certificate is valid. */
  expiresAt: Date;
};

/**
 * Reads the files of TLS_CERT and TLS_KEY. Refuses (Error, one sentence that names the variable) what cannot be read, is
 * not PEM, or does not belong together.
 */
export function readTlsPair({ tlsCert, tlsKey }: { tlsCert: string; tlsKey: string }): TlsPair {
  const cert = readFile('TLS_CERT', tlsCert);
  const key = readFile('TLS_KEY', tlsKey);
  const certificate = parse(`TLS_CERT=${tlsCert} holds no certificate in PEM form`, () => new X509Certificate(cert));
  const noKey = `TLS_KEY=${tlsKey} holds no private key in PEM form, or one with a passphrase`;
  const privateKey = parse(noKey, () => createPrivateKey(key));
  if (certificate.checkPrivateKey(privateKey)) return { cert, key, expiresAt: new Date(certificate.validTo) };
  throw new Error(`TLS_KEY=${tlsKey} does not belong to the certificate in TLS_CERT=${tlsCert}`);
}

function readFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${name}=${file} is not usable: the file cannot be read (${code})`);
  }
}

// What OpenSSL says of a bad file helps nobody, and of a key it must not be told.
function parse<T>(sentence: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw new Error(sentence);
  }
}
