/** A server before an instance that changes what some of its answers say, byte by byte. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Rewriting extends AsyncDisposable {
  url: string;
}

/** @param rewrite is given the path and the body of every answer to a GET; gives back the body to send. */
export async function rewritingBefore(
  target: () => string,
  rewrite: (path: string, body: string) => string,
): Promise<Rewriting> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { host: _, connection: __, ...headers } = incoming.headers;
    const path = incoming.url ?? '/';
    const method = incoming.method ?? 'GET';
    const answer = await fetch(`${target()}${path}`, {
      method,
      headers: { ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) },
      ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
      redirect: 'manual',
    });
    const body = await answer.text();
    const kept = [...answer.headers].filter(
      ([name]) => !/^(content-length|content-encoding|connection|keep-alive|transfer-encoding)$/.test(name),
    );
    response.writeHead(answer.status, Object.fromEntries(kept));
    response.end(method === 'GET' ? rewrite(path, body) : body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
