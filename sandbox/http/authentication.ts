/**
 * Who calls. Data Center's traps are kept: a dead bearer token makes the caller anonymous without any Seraph header
 * (search then answers 200 with total 0), a wrong password is answered 401 with an HTML page.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Instance, User } from '../world/model.ts';
import type { Answer } from './router.ts';

export type Caller =
  | { kind: 'user'; user: User }
  | { kind: 'anonymous' }
  | { kind: 'deadToken' }
  | { kind: 'refused'; answer: Answer };

const WRONG_PASSWORD: Answer = {
  status: 401,
  html: '<html><head><title>Unauthorized (401)</title></head><body><h1>Basic Authentication Failure - Reason : AUTHENTICATED_FAILED</h1></body></html>',
  headers: { 'X-Seraph-LoginReason': 'AUTHENTICATED_FAILED', 'WWW-Authenticate': 'OAuth realm="sandbox"' },
};

export function callerOf(instance: Instance, headers: IncomingHttpHeaders): Caller {
  if (instance.deployment === 'cloud') return callerOfCloud(instance, headers.authorization);
  const header = headers.authorization;
  if (header === undefined) return { kind: 'anonymous' };
  const [scheme = '', credentials = ''] = header.split(' ');
  if (scheme.toLowerCase() === 'bearer') {
    const user = [...instance.users.values()].find((each) => each.token === credentials);
    return user ? { kind: 'user', user } : { kind: 'deadToken' };
  }
  if (scheme.toLowerCase() !== 'basic') return { kind: 'anonymous' };
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const user = instance.users.get(text.slice(0, colon));
  if (!user || user.password !== text.slice(colon + 1)) return { kind: 'refused', answer: WRONG_PASSWORD };
  return { kind: 'user', user };
}

/** E-mail address and API token. A dead one makes the caller anonymous, and says so in a header of every answer. */
function callerOfCloud(instance: Instance, header: string | undefined): Caller {
  if (header === undefined) return { kind: 'anonymous' };
  const [scheme = '', credentials = ''] = header.split(' ');
  const [email = '', token] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  const user = instance.users.get(email.replace(/@example\.com$/, ''));
  const fits = scheme.toLowerCase() === 'basic' && email.endsWith('@example.com') && user?.password === token;
  return user && fits ? { kind: 'user', user } : { kind: 'deadToken' };
}

/** Data Center's 401 carries `message`, not `errorMessages`. */
export const CLOSED_TO_ANONYMOUS: Answer = {
  status: 401,
  body: { message: 'Client must be authenticated to access this resource.', 'status-code': 401 },
};
