/** What is asked of a process by the protocol of Node's inspector, in this order. */
const CALLS = [
  { id: 1, method: 'HeapProfiler.collectGarbage' },
  { id: 2, method: 'Runtime.evaluate', params: { expression: 'process.memoryUsage()', returnByValue: true } },
];
const LIMIT_MS = 10_000;

type Usage = Pick<NodeJS.MemoryUsage, 'heapUsed' | 'external'>;

/**
 * Collects the garbage of a process that was started with `--inspect`, and answers what is in use after that, in MiB. Its
 * resident memory says less: V8 lets garbage lie for minutes while there is room.
 */
export async function liveMiB(inspectorPort: number): Promise<number> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const answer = await fetch(`http://127.0.0.1:${inspectorPort}/json`, { signal: limit });
  const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target!.webSocketDebuggerUrl);
  try {
    const { heapUsed, external } = await askUsage(socket, limit);
    return (heapUsed + external) / 2 ** 20;
  } finally {
    socket.close();
  }
}

function askUsage(socket: WebSocket, limit: AbortSignal): Promise<Usage> {
  return new Promise((resolve, reject) => {
    const next = (done: number) => socket.send(JSON.stringify(CALLS[done]));
    limit.addEventListener('abort', () => reject(limit.reason));
    socket.addEventListener('error', () => reject(new Error('The inspector does not answer.')));
    socket.addEventListener('open', () => next(0));
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id: number; result: { result: { value: Usage } } };
      if (id < CALLS.length) next(id);
      else resolve(result.result.value);
    });
  });
}
