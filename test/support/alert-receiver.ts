import { SECRET } from './alert-replica.ts';
import { serveWild } from './model-servers/serve-wild.ts';

/** Takes webhooks; answers with the status that the test sets. */
export async function alertReceiver() {
  const state = { status: 204, text: '' };
  const server = await serveWild((_req, res) => res.writeHead(state.status).end(state.text));
  const settings = { ALERT_WEBHOOK_URL: `${server.url}/hook`, ALERT_WEBHOOK_SECRET: SECRET };
  return Object.assign(state, { ...server, settings });
}
