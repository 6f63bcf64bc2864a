import { sendJson } from '../../support/model-servers/send-json.ts';
import type { Ending, Evil } from './evil.ts';
import { RIGHT } from './evil.ts';

/** Refuses with a status, each time. */
const always = (status: number, ending: Ending, headers: Record<string, string> = {}): Evil => ({
  answer: ({ res }) => sendJson(res, { error: 'because I say so' }, status, headers),
  ending,
});

/** Refuses the first call of each prompt, and answers the next: going back does not count as an attempt. */
const once = (status: number, headers: Record<string, string> = {}): Evil => ({
  answer({ nth, res, answer }) {
    if (nth > 1) answer();
    else sendJson(res, { error: 'not now' }, status, headers);
  },
  ending: { result: RIGHT },
});

const REDIRECTED: Ending = { code: 'protocol', says: /redirect \(30\d\), to http.*not followed/ };

/** Servers that say no, each in its way. */
export const REFUSALS: Record<string, Evil> = {
  'too-many-requests': once(429, { 'retry-after': '1' }),
  'too-many-requests-at-once': once(429, { 'retry-after': '-5' }),
  'too-many-requests-until-nonsense': once(429, { 'retry-after': 'Thu, 99 Foo 99999' }),
  unavailable: once(503),
  'bad-key': once(401),
  'always-500': always(500, { code: 'transport', says: /answered 500: because I say so/ }),
  'always-502': always(502, { code: 'transport', says: /answered 502/ }),
  'bad-request': always(400, { code: 'refused', says: /answered 400: because I say so/ }),
  forbidden: always(403, { code: 'refused', says: /answered 403/ }),
  'not-found': always(404, { code: 'protocol', says: /answered 404/ }),
  'status-999': always(999, { code: 'transport', says: /answered 999/ }),
  redirect: always(302, REDIRECTED, { location: 'http://127.0.0.1:1/redirected' }),
  'redirect-for-ever': always(308, REDIRECTED, { location: 'http://169.254.169.254/latest/meta-data' }),
  'redirect-nowhere': always(301, { code: 'protocol', says: /redirect \(301\);/ }, { location: 'http://[' }),
};
