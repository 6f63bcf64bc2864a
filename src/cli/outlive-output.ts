/**
 * Lets a process that serves go on when nobody reads what it prints any more: a closed terminal, `whoosh serve | head`,
 * a collector of logs that died. What it prints is lost from then on; commands that only print end at that instead.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error').on('error', () => {});
}
