/**
 * Serves the files of tasks to a browser, so that a task in the Temporal UI can link to them. Reading only, by whole digest: who
 * does not know the SHA-256 of a file does not get it. Keep it on loopback or behind a gateway that knows people.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { MigratorError } from '../contract/errors.ts';
import { fileName } from '../contract/tasks.ts';
import type { Artifacts } from '../store/store.ts';

export interface ArtifactServer {
  /** Without a slash at the end; `<url>/<digest>/<name>` is a file. */
  url: string;
  close(): Promise<void>;
}

/** @throws MigratorError `InvalidConfiguration` when the port cannot be listened on. */
export async function serveArtifacts(
  artifacts: Artifacts,
  { host = '127.0.0.1', port = 0 }: { host?: string; port?: number } = {},
): Promise<ArtifactServer> {
  const server = createServer((request, response) => {
    answer(artifacts, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new MigratorError('InvalidConfiguration', `artifacts cannot be served at ${host}:${port}.`, {
          cause,
          remedy: 'Choose another port in artifacts.url or --port.',
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${listening}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const PATH = /^\/([0-9a-f]{64})\/([^/?]+)$/;

async function answer(artifacts: Artifacts, { method, url = '' }: IncomingMessage, response: ServerResponse) {
  const [, digest, name = ''] = PATH.exec(url) ?? [];
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'Files are only read here.');
  if (!digest) return refuse(response, 404, 'Ask for /<digest>/<name>, as the task shows it.');
  if (!(await artifacts.has(digest))) return refuse(response, 404, 'There is no artifact of this digest here.');
  response.writeHead(200, {
    // Never shown as a page: what stands in it is other people's text.
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${fileName(decoded(name))}"`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-site',
    'cache-control': 'private, immutable, max-age=31536000',
  });
  if (method === 'HEAD') return void response.end();
  await pipeline(artifacts.get(digest), response);
}

/** As it was before it became part of an address; what was none stays. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
