import type { Exit } from './exit-codes.ts';

/** A failure that the CLI itself finds: a sentence, what to do about it, and the exit it deserves. */
export class CliError extends Error {
  readonly code: string;
  readonly exit: Exit;
  readonly hint: string | undefined;

  constructor(
    sentence: string,
    {
      code = 'failed',
      exit = 'failed',
      hint,
      cause,
    }: { code?: string; exit?: Exit; hint?: string; cause?: unknown } = {},
  ) {
    super(sentence, { cause });
    this.name = 'CliError';
    this.code = code;
    this.exit = exit;
    this.hint = hint;
  }
}
