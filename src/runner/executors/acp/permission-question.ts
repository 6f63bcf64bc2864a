import { createHash } from 'node:crypto';
import type { PermissionOption } from '@agentclientprotocol/sdk';
import type { z } from 'zod';
import { changedLines } from '../../../lib/changed-lines.ts';
import { cleanText } from '../../../lib/clean-text.ts';
import type { askQuestion } from '../../../questions/schema.ts';
import type { ToolCallFields } from '../../output/transcript-event.ts';
import type { ToolCall } from './tool-calls.ts';

const LONGEST_TITLE = 500;
const LONGEST_DETAIL = 16_384;

/**
 * A request for permission as a question to people. Its key is the same whenever the same thing is asked in the same
 * place for the `occurrence`th time, so that a later attempt finds the answer of an earlier one; the same change to
 * another text is another question.
 */
export function permissionQuestion(
  call: ToolCall,
  fields: ToolCallFields,
  { options, cwd, occurrence }: { options: PermissionOption[]; cwd: string; occurrence: number },
): z.input<typeof askQuestion> {
  const here = (text: string) => text.replaceAll(cwd, '.');
  const what = here(JSON.stringify([call.title, call.kind, call.paths, call.input, fields.diffs ?? []]));
  const digest = createHash('sha256').update(what).digest('hex').slice(0, 32);
  const title = plain(here(call.title) || call.kind);
  return {
    key: `permission:${digest}:${occurrence}`,
    kind: 'permission',
    title: `${call.kind}: ${title}`.slice(0, LONGEST_TITLE).toWellFormed(),
    ...detailOf(call, fields, here),
    options: options
      .slice(0, 20)
      .map(({ name }, index) => ({ id: optionId(options, index), name: plain(name) || 'ok' })),
    allow_text: false,
  };
}

/** How a question calls the option: as the agent does, when that is short enough. */
export function optionId(options: PermissionOption[], index: number): string {
  const { optionId } = options[index]!;
  return optionId && optionId.length <= 100 ? optionId : `option-${index + 1}`;
}

function detailOf(
  { paths, input }: ToolCall,
  { diffs = [], content = [] }: ToolCallFields,
  here: (text: string) => string,
) {
  const shown = new Set(diffs.map(({ path }) => path));
  const parts = [
    ...paths.map((path) => here(path).replace(/^\.\//, '')).filter((path) => !shown.has(path)),
    ...diffs.map(({ path, ...texts }) => [path, ...diffLines(texts)].join('\n')),
    ...content,
    ...(diffs.length || input === undefined ? [] : [here(JSON.stringify(input, null, 2) ?? '')]),
  ];
  const detail = cleanText(parts.filter(Boolean).join('\n').slice(0, LONGEST_DETAIL));
  return detail ? { detail } : {};
}

function diffLines({ old_text, new_text }: { old_text: string | null; new_text: string }): string[] {
  const { removed, added } = changedLines(old_text ?? '', new_text);
  return [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)];
}

const plain = (text: string): string => cleanText(text.replace(/\s+/g, ' ').trim().slice(0, 480));
