import { createHmac } from 'node:crypto';

type Signed = { id: string; timestamp: number; body: string };

/**
 * The headers by which a receiver knows that a webhook is ours and when it was sent, as Standard Webhooks 1.0.0 has them
 * (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md): HMAC-SHA256 over `id.timestamp.body`.
 * `secret` is `whsec_` and base64; `timestamp`, in seconds, is that of the try.
 */
export function signWebhook(secret: string, { id, timestamp, body }: Signed): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
