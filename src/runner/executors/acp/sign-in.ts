import { RequestError } from '@agentclientprotocol/sdk';
import type { z } from 'zod';
import type { AcpAgent } from '../../agents-schema.ts';
import { KNOWN_CLIS } from '../../known-clis.ts';
import type { authMethod } from './agent-answers.ts';

type AuthMethod = z.infer<typeof authMethod>;

const AUTH_REQUIRED = -32_000;
const SAYS_SO = /\bauth|\bsign(?:ed)?[ -]?in|\blog(?:ged)?[ -]?in|\bcredentials?\b|\bapi[ _-]?key/i;
/** What a CLI says instead of an error, as its whole answer. */
const ANSWERS = [
  /^invalid api key\b.*\/login/i,
  /^(?:you are )?not (?:logged|signed) in\b/i,
  /^please (?:run|use) [`'"]?\/?\w*[ /-]?(?:login|auth)\b/i,
  /^(?:oauth )?(?:token|session|authentication)(?: token)? (?:has )?expired\b/i,
];
const LONGEST_ANSWER = 300;

/** Whether an agent says by this error that somebody has to sign in. */
export const asksForSignIn = (error: unknown): boolean =>
  error instanceof RequestError && error.code === AUTH_REQUIRED && (!error.message || SAYS_SO.test(error.message));

/** The same for the last thing that it said. */
export const saysSignedOut = (message: string): boolean =>
  message.length <= LONGEST_ANSWER && ANSWERS.some((pattern) => pattern.test(message));

/** What a person has to do, with the command to run: as the agent says, else as is known of its CLI. */
export function signInAdvice({ command: [program] }: AcpAgent, methods: AuthMethod[]): string {
  return `It is not signed in: ${howTo(program, methods)}, as the user of this runner.`.slice(0, 500);
}

function howTo(program: string, methods: AuthMethod[]): string {
  const terminal = methods.map((method) => terminalCommand(program, method)).find((command) => command !== undefined);
  if (terminal) return `run \`${terminal}\``;
  const named = methods.map(({ description }) => /\brun\b[^`]*`([^`]+)`/i.exec(description ?? '')?.[1]).find(Boolean);
  if (named) return `run \`${named}\``;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const known = KNOWN_CLIS.find(({ acp }) => acp?.command.includes(name))?.acp?.sign_in;
  if (known) return `run \`${known}\``;
  const offered = methods.map(({ name: title }) => title).join(', ');
  return `start \`${program}\` in a terminal and sign in${offered && ` (it offers: ${offered})`}`;
}

/** Some agents tell the arguments with which their own program signs in. */
function terminalCommand(program: string, { type, args, _meta }: AuthMethod): string | undefined {
  const own = type === 'terminal' ? args : _meta?.type === 'terminal' ? _meta.args : undefined;
  return own?.length ? [program, ...own].join(' ') : undefined;
}
