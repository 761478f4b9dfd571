/**
 * The door of the Temporal UI. The UI asks nobody who they are, and what is in it can start, answer and approve. A page of another site
 * that is open in the same browser must not reach it, whether by its own name or by one that it lets resolve to this machine. So
 * everything goes through here: the address must be one of this machine's own, the page that asks must be of this address, and the
 * browser must hold the token that whoever started the UI was given.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** The UI shows details in a frame whose address carries them whole; the server behind takes as much. */
const LONGEST_HEADER = 1024 * 1024;

export interface UiDoorOptions {
  /** The UI's own address, such as `http://127.45.67.89:40123`. */
  upstream: string;
  ip: string;
  port: number;
  /** Default: a new one. */
  token?: string;
}

export interface UiDoor {
  /** For addresses of pages; opens nothing by itself. */
  url: string;
  /** Opens the UI in a browser, which holds the token from then on. */
  link: string;
  close(): Promise<void>;
}

/** @throws Error `EADDRINUSE` when somebody else listens on the port. */
export async function openUiDoor({ upstream, ip, port, token = newToken() }: UiDoorOptions): Promise<UiDoor> {
  const behind = { target: new URL(upstream), token, session: newToken() };
  const server = createServer({ maxHeaderSize: LONGEST_HEADER }, (incoming, response) =>
    answer(incoming, response, behind),
  );
  // The UI polls; it needs no other protocol.
  server.on('upgrade', (_, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: ip, port, exclusive: true }, () => resolve());
  });
  const { port: bound } = server.address() as AddressInfo;
  const url = `http://${ip === '0.0.0.0' ? '127.0.0.1' : ip}:${bound}`;
  return {
    url,
    link: linkOf(url, token),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What nobody guesses. */
const newToken = (): string => randomBytes(24).toString('base64url');

const linkOf = (url: string, token: string): string => `${url}/?token=${encodeURIComponent(token)}`;

interface Behind {
  target: URL;
  /** Of the link. */
  token: string;
  /** Of the cookie: a page at another port of this machine may have it sent along, and learns no link from it. */
  session: string;
}

function answer(incoming: IncomingMessage, response: ServerResponse, { target, token, session }: Behind): void {
  const { host = '' } = incoming.headers;
  const ownCookie = cookieName(host);
  // Taken apart as text: an absolute target would name a host of its own.
  const [path = '', ...query] = (incoming.url ?? '').split('?');
  const asked = new URLSearchParams(query.join('?'));
  // Which one counts is not the same for everybody that it passes.
  if ((incoming.headersDistinct.host?.length ?? 0) > 1) refuse(response, 400, 'It names more than one host.');
  else if (!isOwnHost(host)) refuse(response, 403, 'The Temporal UI is not served at this address.');
  else if (!isOwnPage(incoming, host)) refuse(response, 403, 'A page of another site asked for this.');
  else if (!path.startsWith('/')) refuse(response, 400, 'This is not a path.');
  else if (incoming.method === 'GET' && isToken(asked.get('token') ?? '', token)) {
    asked.delete('token');
    response.setHeader('Set-Cookie', `${ownCookie}=${session}; Path=/; HttpOnly; SameSite=Strict`);
    // Two slashes would be the name of a host.
    response.setHeader('Location', `${path.replace(/^[/\\]+/, '/')}${asked.size > 0 ? `?${asked}` : ''}`);
    refuse(response, 303, 'The token is taken.');
  } else if (!isToken(cookiesOf(incoming).get(ownCookie) ?? '', session)) refuse(response, 401, NO_TOKEN);
  else if (!isFramed(incoming)) refuse(response, 400, 'The body of this request has a coding that is not passed on.');
  else forward(incoming, response, target, ownCookie);
}

const NO_TOKEN = `The Temporal UI of this machine opens with the link that was printed when it was started.
That link carries a token, which is another one after each start. \`migrator up\` also keeps it as uiLink in service.json in its home folder.`;

/** A name that somebody else lets resolve to this machine is not among them. The port may be another one: of a tunnel, or a container. */
const isOwnHost = (host: string): boolean => /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i.test(host);

/** Browsers say whose page asks. Cookies know no ports, so a page of another port of this machine would have ours sent along. */
function isOwnPage({ headers, method }: IncomingMessage, host: string): boolean {
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host.toLowerCase()}`) return false;
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  // A link on another page may lead here: it is seen by the person alone.
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

/** By the port, since cookies of one host are those of all its ports. */
const cookieName = (host: string): string => `migrator-ui-${/:(\d+)$/.exec(host)?.[1] ?? '80'}`;

function cookiesOf({ headers }: IncomingMessage): Map<string, string> {
  const pairs = (headers.cookie ?? '').split(';').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()];
  });
  return new Map(pairs);
}

/** Takes as long for any guess. */
function isToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** A body in chunks and in nothing else: what is taken off here must be put on again. */
const isFramed = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined || headers['transfer-encoding'].toLowerCase() === 'chunked';

/** Of one connection only (RFC 9110, 7.6.1). What is expected of us we have answered. */
const HOP_BY_HOP = [
  'expect',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

function forward(incoming: IncomingMessage, response: ServerResponse, target: URL, ownCookie: string): void {
  const cookies = cookiesOf(incoming);
  // The token is ours; the UI's own cookies are the UI's.
  cookies.delete(ownCookie);
  const { origin: _, referer: __, ...rest } = incoming.headers;
  const headers = ofMessage(rest);
  headers.host = target.host;
  // Where a body ends is said for every method: what came in as one request goes on as one.
  const { 'transfer-encoding': chunked, 'content-length': length } = incoming.headers;
  if (chunked !== undefined) headers['transfer-encoding'] = 'chunked';
  else if (length !== undefined) headers['content-length'] = length;
  headers.cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  const upstream: ClientRequest = request(
    { host: target.hostname, port: target.port || 80, method: incoming.method, path: incoming.url, headers },
    (answered) => {
      response.writeHead(answered.statusCode ?? 502, { ...ofMessage(answered.headers), ...OURS });
      pipeline(answered, response, () => {});
    },
  );
  upstream.on('error', () => {
    if (response.headersSent) response.destroy();
    else refuse(response, 502, 'The Temporal UI does not answer.');
  });
  response.once('close', () => upstream.destroy());
  if (chunked === undefined && !Number(length)) upstream.end();
  else pipeline(incoming, upstream, () => {});
}

/** Without those of the connection, which may name further ones. */
function ofMessage(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

/** Said with every answer: no other page shows it in a frame, takes a part of it, or hears the address of one. */
const OURS = {
  'X-Frame-Options': 'SAMEORIGIN',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
} as const;

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    ...OURS,
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  response.end(`${text}\n`);
}
