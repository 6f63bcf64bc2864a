// How the runner's user reaches repositories; everything else that begins with GIT_ would point git elsewhere.
const KEPT = new Set([
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
]);

/** The environment of our own git calls: nobody is asked for a password, and no protocol can run a program. */
export function gitEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name]) => !name.startsWith('GIT_') || KEPT.has(name));
  return {
    ...Object.fromEntries(kept),
    // git's sentences are read by program.
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    // Set but empty: no other askpass program is looked for.
    GIT_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: 'file:http:https:ssh:git',
    GIT_OPTIONAL_LOCKS: '0',
  };
}
