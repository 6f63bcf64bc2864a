import { SECRET } from './alert-replica.ts';
import { serveWild } from './model-servers/serve-wild.ts';

/** Takes webhooks; answers with the status and text that the test sets, once `held` settles. */
export async function alertReceiver() {
  const state = { status: 204, text: '', held: Promise.resolve() };
  const server = await serveWild(async (_req, res) => {
    await state.held;
    res.writeHead(state.status).end(state.text);
  });
  const settings = { ALERT_WEBHOOK_URL: `${server.url}/hook`, ALERT_WEBHOOK_SECRET: SECRET };
  return Object.assign(state, { ...server, settings });
}
