import { existsSync } from 'node:fs';
import { cleanText } from '../../../lib/clean-text.ts';
import { type JsonValue, jsonValue } from '../../../lib/schema.ts';
import { AttemptFailure } from '../../attempt-failure.ts';
import type { Execution } from '../executor.ts';
import { readResult } from '../read-result.ts';

const LONGEST_TEXT = 262_144;
const FENCES = ['```', '```json'];

/**
 * The result of a session that ended well: what the agent wrote to WHOOSH_RESULT_FILE; else, for a task with a
 * `result_schema`, the JSON of its last message; else that message as `text`. Throws AttemptFailure invalid_result,
 * result_too_large.
 */
export async function sessionResult(
  { grant, folder }: Pick<Execution, 'grant' | 'folder'>,
  { message, stop_reason }: { message: string; stop_reason: string },
): Promise<JsonValue> {
  if (existsSync(folder.resultFile)) return readResult(folder.resultFile);
  if (grant.result_schema !== null) return jsonOf(message);
  return { text: cleanText(message.slice(0, LONGEST_TEXT)), stop_reason };
}

function jsonOf(message: string): JsonValue {
  for (const candidate of [message, ...codeBlocks(message).reverse()]) {
    const value = parsed(candidate);
    if (value !== undefined) return value;
  }
  const sentence = 'The last message of the agent holds no JSON, which the result_schema of the task asks for.';
  throw new AttemptFailure('invalid_result', sentence, true);
}

/** The texts between fences, first to last. By lines: over line breaks without end a regular expression took minutes. */
function codeBlocks(message: string): string[] {
  const blocks: string[] = [];
  let block: string[] | undefined;
  for (const line of message.split('\n')) {
    if (!block) block = FENCES.some((fence) => line.trimEnd().endsWith(fence)) ? [] : undefined;
    else if (!line.trimStart().startsWith('```')) block.push(line);
    else {
      blocks.push(block.join('\n'));
      block = undefined;
    }
  }
  return blocks;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return jsonValue.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: the next candidate may be.
    return undefined;
  }
}
