/** What an exit of the CLI tells a script; docs/cli.md prints this table. */
export const EXIT_CODES = {
  ok: [0, 'It is done. With `--wait` and `watch`: the task succeeded.'],
  failed: [1, 'The server refused, or something failed; the line on standard error says what and its code.'],
  usage: [2, 'The command line is wrong: unknown command or option, or a value that cannot be read.'],
  unreachable: [3, 'The server cannot be reached or cannot serve now. Nothing was lost; try again.'],
  unsuccessful: [4, 'The task ended without success: failed, cancelled or expired.'],
  timeout: [5, '`--wait-timeout` passed before the task ended. The task goes on.'],
  unanswered: [6, '`whoosh ask`: the question was dismissed, or expired without a default answer.'],
  defect: [70, '`whoosh serve`: an error that nobody caught. It is in the log; running work was handed back.'],
  restored: [75, '`whoosh serve`: the database was restored from a back-up under it. Start it again.'],
  settings: [78, 'A setting is not usable; the lines on standard error name each. `whoosh config` shows them all.'],
  interrupted: [130, 'Ctrl-C while waiting or following. The task goes on.'],
} as const satisfies Record<string, readonly [code: number, meaning: string]>;

export type Exit = keyof typeof EXIT_CODES;
