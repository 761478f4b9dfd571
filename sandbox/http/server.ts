/** A loopback HTTP server around one answering function; reading bodies, listening and closing without leaks. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseExact, stringifyExact } from './exact-json.ts';
import type { Answer } from './router.ts';

export interface Listening {
  url: string;
  close(): Promise<void>;
}

export type Listener = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function listen(port: number, listener: Listener): Promise<Listening> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => response.destroy());
    request.on('end', () => {
      try {
        listener(request, response, Buffer.concat(chunks).toString('utf8'));
      } catch (error) {
        process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
        send(response, { status: 500, body: { message: 'The sandbox itself failed; see its standard error' } });
      }
    });
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}`, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Requests held by a `timeout` fault and idle keep-alive sockets would keep the process alive.
    server.closeAllConnections();
  });
}

export interface Rendered {
  status: number;
  text: string;
  headers: Record<string, string>;
}

export function render(answer: Answer): Rendered {
  const { status, html, text, body, headers } = answer;
  if (html !== undefined) return { status, text: html, headers: { ...typed('text/html'), ...headers } };
  if (text !== undefined) return { status, text, headers: { ...typed('text/plain'), ...headers } };
  if (body === undefined) return { status, text: '', headers: { ...headers } };
  return { status, text: stringifyExact(body), headers: { ...typed('application/json'), ...headers } };
}

const typed = (type: string) => ({ 'Content-Type': `${type};charset=UTF-8` });

export function send(response: ServerResponse, answer: Answer): void {
  const { status, text, headers } = render(answer);
  response.writeHead(status, { ...headers, 'Content-Length': String(Buffer.byteLength(text)) });
  response.end(text);
}

/** The JSON of a body; `undefined` for an empty one; throws a SyntaxError otherwise. */
export function parseBody(body: string): unknown {
  return body.trim() === '' ? undefined : parseExact(body);
}
