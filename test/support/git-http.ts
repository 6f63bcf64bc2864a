import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves every repository below `root` over smart HTTP, by git's own `git http-backend`. */
export async function serveGit(root: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => answer(root, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  backend.stdin.on('error', () => {});
  request.pipe(backend.stdin);
  backend.stdout.once('readable', () => passOn(backend.stdout, response));
}

/** A CGI answer: headers, an empty line, the body. git writes its headers in one go. */
function passOn(stdout: NodeJS.ReadableStream, response: ServerResponse): void {
  const first = (stdout.read() as Buffer | null) ?? Buffer.alloc(0);
  const end = first.indexOf('\r\n\r\n');
  const headers = first.toString('latin1', 0, Math.max(end, 0)).split('\r\n');
  for (const header of headers) {
    const [name = '', value = ''] = header.split(': ');
    if (name === 'Status') response.statusCode = Number(value.split(' ')[0]);
    else if (name) response.setHeader(name, value);
  }
  response.write(first.subarray(end + 4));
  stdout.pipe(response);
}
