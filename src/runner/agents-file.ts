import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type AgentConfig, agentsSchema } from './agents-schema.ts';
import { RunnerError } from './runner-error.ts';

/** What agents.yaml says, checked. */
export type AgentsFile = {
  /** Folders below which work may happen; `~` is resolved, symbolic links are not yet. */
  directories: string[];
  /** Patterns of allowed repository URLs; undefined allows every one. */
  repositories: string[] | undefined;
  agents: AgentConfig[];
};

/**
 * Reads agents.yaml. Refuses (RunnerError) with one line for each mistake: `agents.yaml:12: agents.0.command: what was
 * expected`.
 */
export async function readAgentsFile(path: string): Promise<AgentsFile> {
  const lines = new LineCounter();
  const document = parseDocument(await readText(path), { lineCounter: lines });
  if (document.errors.length) {
    throw new RunnerError(
      document.errors
        .map((error) => `${path}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`)
        .join('\n'),
    );
  }
  const parsed = agentsSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    throw new RunnerError(parsed.error.issues.map((issue) => sentence(path, document, lines, issue)).join('\n'));
  }
  const { directories, repositories, agents } = parsed.data;
  return { directories: directories.map(underHome), repositories, agents: agents.map(resolveProgram) };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const advice =
      code === 'ENOENT'
        ? 'There is no such file: write one with `whoosh runner init`.'
        : `It cannot be read (${code}).`;
    throw new RunnerError(`${path}: ${advice}`, cause);
  }
}

function sentence(path: string, document: Document, lines: LineCounter, issue: z.core.$ZodIssue): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const where = unknown === undefined ? issue.path : [...issue.path, unknown];
  const message = unknown === undefined ? messageOf(issue) : 'there is no such setting';
  return `${path}:${lineOf(document, lines, where)}: ${where.join('.') || 'the file'}: ${message}`;
}

// zod says of a bad key in a record only that it is bad; what is wrong with it is inside.
const messageOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;

// The line of the key where there is one, else of the nearest thing around it that is in the file.
function lineOf(document: Document, lines: LineCounter, path: PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last) : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const underHome = (path: string): string => path.replace(/^~(?=\/|$)/, homedir());

function resolveProgram(agent: AgentConfig): AgentConfig {
  const [program, ...rest] = agent.command;
  return { ...agent, command: [underHome(program), ...rest] };
}
