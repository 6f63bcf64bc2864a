import type { Endpoint } from '../provider.ts';

/**
 * The endpoint below which /models and the others are. /v1 is added unless a part of the path is a version already, such as
 * https://openrouter.ai/api/v1 or https://generativelanguage.googleapis.com/v1beta/openai.
 */
export function apiRoot(endpoint: Endpoint): Endpoint {
  const url = URL.parse(endpoint.url);
  if (!url || url.pathname.split('/').some((part) => /^v\d/.test(part))) return endpoint;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1`;
  return { ...endpoint, url: url.href };
}

/** The same server without its /v1, for what it tells beside the protocol. */
export function serverRoot(endpoint: Endpoint): Endpoint {
  const url = new URL(endpoint.url);
  url.pathname = url.pathname.replace(/\/v\d[^/]*\/?$/, '');
  return { ...endpoint, url: url.href };
}
