import type { Event } from '../../client/follow-calls.ts';
import { oneLine } from './one-line.ts';

type Data = {
  epoch?: number;
  reason?: string | null;
  state?: string;
  error?: { message?: string } | null;
  title?: string;
  answer?: { option?: string; text?: string } | null;
  percent?: number | null;
  text?: string | null;
};

/** One event of a task as a line: `14:03:12 started (attempt 1 by laptop/shell)`; the time is this machine's zone. */
export function eventLine({ at, type, data }: Event, by: string | undefined): string {
  const { epoch, reason, state, error, title, answer, percent, text } = (data ?? {}) as Data;
  const what = type.replace(/^task\./, '').replace(/[._]/g, ' ');
  const about = [
    epoch !== undefined && by !== undefined && `attempt ${epoch} by ${oneLine(by)}`,
    type === 'task.submitted' && state,
    reason && reason !== what && oneLine(reason),
    error?.message && oneLine(error.message),
    type.startsWith('question.') && title && oneLine(title),
    answer && oneLine(answer.option ?? answer.text ?? ''),
    typeof percent === 'number' && `${percent}%`,
    text && oneLine(text),
  ].filter(Boolean);
  return `${clock(at)} ${what}${about.length ? ` (${about.join('; ')})` : ''}`;
}

const clock = (at: string): string => new Date(at).toTimeString().slice(0, 8);
