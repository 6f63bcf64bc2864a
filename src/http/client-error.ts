import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { v7 as uuid } from 'uuid';
import { AppError, type ErrorCode } from '../errors.ts';
import { toProblem } from './problem.ts';

/** `secureConnecting` is Node's, on sockets of TLS (lib/_tls_wrap.js), and not in its types. */
type MaybeTls = Socket & { secureConnecting?: boolean };

/** What Node refuses before there is a request, in our words. */
const REFUSALS: Record<string, [ErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The URL and the headers are longer than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time.'],
};
const NO_HTTP: [ErrorCode, string] = ['malformed_http', 'This is not HTTP/1.1.'];

/** Answers a connection on which no request could be read, with a problem document, and ends it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // Before TLS has begun nothing can be said, and whoever waited until it is would hold the connection for good.
  if ((socket as MaybeTls).secureConnecting) return void socket.destroy();
  const refusal = new AppError(...(REFUSALS[error.code ?? ''] ?? NO_HTTP));
  if (socket.writable) socket.write(toText(refusal));
  socket.destroySoon();
}

function toText(refusal: AppError): string {
  const body = JSON.stringify(toProblem(refusal, uuid()));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
