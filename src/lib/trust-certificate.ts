import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** From now on this process also trusts servers that show this certificate (PEM), as a server of one's own machine may. */
export function trustCertificate(pem: string): void {
  setDefaultCACertificates([...getCACertificates('default'), pem]);
}
