import type { IncomingMessage, ServerResponse } from 'node:http';
import { DIALECTS } from '../../support/model-servers/dialects.ts';
import type { SpoiltStream } from './spoilt-stream.ts';

/** Sends a spoilt stream piece by piece, each in a packet of its own as far as that can be told from here. */
export function sendSpoilt({ kind, pieces, closes }: SpoiltStream, req: IncomingMessage, res: ServerResponse): void {
  const { streamType } = DIALECTS.find((dialect) => dialect.kind === kind)!;
  req.socket.setNoDelay(true);
  res.on('error', () => {}); // The caller may leave at the first bad line.
  res.writeHead(200, { 'content-type': streamType });
  for (const piece of pieces) res.write(piece);
  if (closes) res.write('', () => req.socket.destroy());
  else res.end();
}
