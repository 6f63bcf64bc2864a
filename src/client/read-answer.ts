import { WhooshError } from './whoosh-error.ts';

/** The JSON of a good answer (null for an empty one). Throws the WhooshError that a refusal carries as problem+json. */
export async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw refusal(response, text);
  return text === '' ? null : parse(response, text);
}

function parse(response: Response, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unexpected(response, text, cause);
  }
}

function refusal(response: Response, text: string): WhooshError {
  const problem = problemIn(text);
  if (!problem) return unexpected(response, text);
  const { type, title, status, detail, code, errors, ...members } = problem;
  return new WhooshError(String(detail ?? title ?? code), {
    code: String(code),
    status: response.status,
    errors: Array.isArray(errors) ? errors : [],
    retryAfter: retryAfter(response.headers),
    members,
  });
}

function problemIn(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value?.code === 'string' ? value : undefined;
  } catch {
    // Not JSON: a proxy's page, which the caller reports as an unexpected answer.
    return undefined;
  }
}

function unexpected(response: Response, text: string, cause?: unknown): WhooshError {
  const start = text.slice(0, 200).replace(/\s+/g, ' ').trim();
  return new WhooshError(`${response.url} answered ${response.status} with something that is not WHOOSH: ${start}`, {
    code: 'unexpected_answer',
    status: response.status,
    retryAfter: retryAfter(response.headers),
    cause,
  });
}

// A date is measured against the answer's own Date header: this machine's clock may be wrong.
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const seconds = (Date.parse(value) - Date.parse(headers.get('date') ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
