import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

/**
 * An address of this machine's loopback network that nobody guesses: with a random port there are 2^38 places, too many for a page
 * to try. macOS and BSD have 127.0.0.1 alone, where the port remains.
 */
export function hiddenIp(platform: string = process.platform): string {
  if (platform !== 'linux' && platform !== 'win32') return '127.0.0.1';
  return `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

/** A port that was free a moment ago. Somebody else can take it before we do: start again with another one then. */
export async function freePort(ip: string): Promise<number> {
  const port = await listenBriefly(ip, 0);
  if (port === undefined) throw new Error(`no free port on ${ip}`);
  return port;
}

/** Whether one can listen on this port now. */
export async function isPortFree(ip: string, port: number): Promise<boolean> {
  return (await listenBriefly(ip, port)) !== undefined;
}

async function listenBriefly(ip: string, port: number): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
    else reject(error);
  });
  server.listen({ host: ip, port, exclusive: true }, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
  });
  return promise;
}

/** Whether somebody accepts connections there now. */
export async function isListening(ip: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: ip, port, timeout: 1_000 });
  const settle = (listening: boolean) => {
    socket.destroy();
    resolve(listening);
  };
  socket.once('connect', () => settle(true));
  socket.once('error', () => settle(false));
  socket.once('timeout', () => settle(false));
  return promise;
}
