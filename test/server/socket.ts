import { connect } from 'node:net';

export interface Request {
  method?: string;
  target?: string;
  version?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Over a socket: `fetch` would not let us lie about the host. Answers the status and all that came; 0 when nothing did. */
export function send(
  address: string,
  { method = 'GET', target = '/', version = '1.1', headers = {}, body = '' }: Request,
): Promise<{ status: number; text: string }> {
  const [host, port] = address.replace('http://', '').split(':');
  const { promise, resolve } = Promise.withResolvers<{ status: number; text: string }>();
  const socket = connect(Number(port), host);
  const lines = { Connection: 'close', ...(body && { 'Content-Length': String(Buffer.byteLength(body)) }), ...headers };
  socket.write(
    `${method} ${target} HTTP/${version}\r\n${Object.entries(lines)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${body}`,
  );
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  // Who is hung up on in the middle of a sentence has been answered, or not.
  socket.on('error', () => undefined);
  socket.once('close', () => resolve({ status: Number(text.split(' ')[1] ?? 0), text }));
  return promise;
}
