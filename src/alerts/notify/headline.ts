import type { AlertMessage } from './message.ts';

/** What a person reads first, one line. */
export const headline = ({ type, data }: AlertMessage): string =>
  type === 'alert.resolved' ? `Resolved: ${data.summary}` : data.summary;
