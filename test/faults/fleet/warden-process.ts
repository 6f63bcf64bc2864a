// Waits for the end of its standard input, which comes when the process that started it has ended in whatever way; then
// ends the processes and removes the folders that were entrusted to it. Lines: {"add": pid}, {"drop": pid}, {"folder": path}.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const pids = new Set<number>();
const folders = new Set<string>();

for await (const line of createInterface({ input: process.stdin })) {
  const { add, drop, folder } = JSON.parse(line) as { add?: number; drop?: number; folder?: string };
  if (add) pids.add(add);
  if (drop) pids.delete(drop);
  if (folder) folders.add(folder);
}

const signal = (name: NodeJS.Signals) => {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      pids.delete(pid); // It has ended.
    }
  }
};

// PostgreSQL ends its own processes at SIGQUIT, and not at SIGKILL.
signal('SIGQUIT');
if (pids.size) await pause(1000);
signal('SIGKILL');
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
