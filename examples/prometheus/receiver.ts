import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Whoever is told of alerts: keeps what came with a good signature. */
export type Receiver = { url: string; secret: string; rules: string[]; close(): void };

/** Listens for signed webhooks on any free port. */
export async function openReceiver(): Promise<Receiver> {
  const rules: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const good = isSigned(request.headers, body);
    if (good) rules.push((JSON.parse(body) as { data: { rule: string } }).data.rule);
    response.writeHead(good ? 204 : 401).end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}/`, secret: SECRET, rules, close: () => void server.close() };
}

/** As docs/operate/alerts.md says. */
function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const key = Buffer.from(SECRET.replace('whsec_', ''), 'base64');
  const said = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const wanted = createHmac('sha256', key).update(said).digest();
  const given = Buffer.from(String(headers['webhook-signature']).split(' ')[0]!.replace('v1,', ''), 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
