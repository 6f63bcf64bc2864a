import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

// An Ollama with one model, as far as a probe asks.
const PROGRAM = `
  import { createServer } from 'node:http';
  const models = [{ name: 'llama3.2:3b', size: 1, details: {} }];
  const answers = { '/api/version': { version: '0.9.0' }, '/api/tags': { models }, '/api/ps': { models: [] }, '/api/show': { capabilities: ['completion'] } };
  const server = createServer((req, res) => {
    const answer = answers[req.url];
    res.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  });
  server.listen(Number(process.argv[1]), '127.0.0.1', () => console.log(server.address().port));`;

/** A model server in a process of its own, on the given port or on any free one; it ends with the test. */
export async function modelProcess(port = 0) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
  });
  const exited = once(child, 'exit').then(() => {});
  const [line] = await once(createInterface(child.stdout), 'line');
  const kill = () => {
    child.kill('SIGKILL');
    return exited;
  };
  onTestFinished(kill);
  return { port: Number(line), url: `http://127.0.0.1:${line}`, kill };
}
