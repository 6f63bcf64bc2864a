const HIDDEN = '[redacted]';

/** What a secret looks like wherever it stands; also one that was cut off, so no rule asks for its end. */
const RULES: [pattern: RegExp, becomes: string | ((found: string) => string)][] = [
  [/(wh[krae]_[0-9a-f]{32}(?:-[0-9]{1,10})?)_[0-9a-f]*/gi, `$1_${HIDDEN}`],
  [/AGE-SECRET-KEY-1[0-9a-z]*/gi, `AGE-SECRET-KEY-1${HIDDEN}`],
  [/((?:bearer|authorization[": \\]{1,6}basic)[ \t]+)[^\s"\\]+/gi, `$1${HIDDEN}`],
  // Of webhooks, and of model servers: neither a task-… nor a disk-… is one.
  [/(whsec_|(?<!ta|di)sk-)[\w+/-]{16,}={0,2}/g, `$1${HIDDEN}`],
  [/((?:password|passwd|secret|token|api_?key)=)[^\s&"\\]+/gi, `$1${HIDDEN}`],
  // The same in JSON that somebody answered, in quotes that our own line escapes once more.
  [/((?:password|passwd|secret|token|api_?key)\\?": ?\\?")[^"\\]+/gi, `$1${HIDDEN}`],
  // A whole word at once: looking for its @ from each :// in it took a second for 64 KiB of nothing else.
  [/:\/\/(?:\\[^nrt]|[^\s"\\])*/g, (word) => word.split('://').map(hidePassword).join('://')],
];

/**
 * Text, or a line of JSON, without the secrets in it: credentials of WHOOSH (their ids stay), age identities, bearer
 * tokens and basic logins, keys of webhooks and model servers, passwords in URLs, in connection strings and in JSON. Takes
 * time that grows with the length of the text only.
 */
export function scrubSecrets(text: string): string {
  let scrubbed = text;
  for (const [pattern, becomes] of RULES) scrubbed = scrubbed.replace(pattern, becomes as string);
  return scrubbed;
}

/** Up to the last @, since people forget to encode those in a password; a port and a path with an @ are no password. */
function hidePassword(part: string): string {
  const [colon, at] = [part.indexOf(':'), part.lastIndexOf('@')];
  if (colon < 0 || at < colon || /^[^:]*:\d{1,5}[/?#]/.test(part)) return part;
  return `${part.slice(0, colon)}:${HIDDEN}${part.slice(at)}`;
}
