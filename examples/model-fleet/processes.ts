import { type Started, start, WHOOSH } from '../process.ts';

const MODEL_SERVER = new URL('./model-server.mjs', import.meta.url).pathname;

/** Starts `whoosh serve` with its own PostgreSQL and waits for its address. */
export function startServer(dataDir: string): Promise<Started> {
  const own = {
    WHOOSH_DATA_DIR: dataDir,
    WHOOSH_PORT: '0',
    WHOOSH_LOCAL_RUNNER: 'off',
    WHOOSH_LOG_LEVEL: 'silent',
  };
  return start([WHOOSH, 'serve'], own);
}

/** Starts a model server; `port` 0 takes any free one. */
export const startModels = (dialect: 'ollama' | 'openai', tokenMs: number, port = 0): Promise<Started> =>
  start([MODEL_SERVER, dialect, String(port), String(tokenMs)], {});
