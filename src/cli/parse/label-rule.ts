import { InvalidArgumentError } from 'commander';
import type { LabelRule } from '../../tasks/schema.ts';

/** `os=linux`, `zone!=x`, `zone in a,b` or `gpu` (the label exists); given several times, all must hold. */
export const parseLabelRule = (text: string, before: LabelRule[] = []): LabelRule[] => [...before, toRule(text)];

function toRule(text: string): LabelRule {
  const [, key, op, rest = ''] = /^\s*([^\s=!]+)\s*(!=|=|\bin\b|$)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (key !== undefined && op === '' && rest === '') return { key, op: 'exists' };
  if (key !== undefined && op === 'in' && rest)
    return { key, op, values: rest.split(',').map((value) => value.trim()) };
  if (key !== undefined && (op === '=' || op === '!=')) return { key, op, value: rest };
  throw new InvalidArgumentError("Expected 'os=linux', 'zone!=x', 'zone in a,b' or 'gpu'.");
}
