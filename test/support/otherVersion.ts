/** A Temporal server as the real one, but for the version that it says it has. */
import { connect, createServer, type Http2Server, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { temporal } from '@temporalio/proto';
import { onTestFinished } from 'vitest';
import { connectClient, temporalAddress } from './temporal.ts';

const { GetSystemInfoResponse } = temporal.api.workflowservice.v1;

/** Its address. Ends with the test. */
export async function serverOfVersion(serverVersion: string): Promise<string> {
  const upstream = connect(`http://${temporalAddress()}`);
  await using connected = await connectClient();
  const real = await connected.client.workflowService.getSystemInfo({});
  const info = Buffer.from(GetSystemInfoResponse.encode({ ...real, serverVersion }).finish());
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  answer(server, upstream, info);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    upstream.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(server: Http2Server, upstream: ReturnType<typeof connect>, info: Buffer): void {
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    let trailers: IncomingHttpHeaders = { 'grpc-status': '0' };
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    if (headers[':path']?.endsWith('/GetSystemInfo')) {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      // Of a message: not compressed, and how long it is.
      const head = Buffer.alloc(5);
      head.writeUInt32BE(info.length, 1);
      stream.end(Buffer.concat([head, info]));
      return;
    }
    const forwarded = upstream.request(headers);
    stream.once('close', () => forwarded.close());
    forwarded.on('error', () => stream.close());
    forwarded.on('trailers', (given) => {
      trailers = given;
    });
    // An error is an answer without a body.
    forwarded.on('response', (given, flags) =>
      stream.respond(given, (flags & 1) === 1 ? { endStream: true } : { waitForTrailers: true }),
    );
    stream.pipe(forwarded).pipe(stream);
  });
}
