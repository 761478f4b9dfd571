/** What an answer says, before anybody trusts its body. Pure over status, headers and bytes. */
import { type Headers, header } from './retryAfter.ts';

export interface Answer {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
}

/** An HTML page where JSON is due: a login page, a proxy, a servlet's error page. */
export function isHtml(answer: Answer): boolean {
  if (/\bhtml\b/i.test(header(answer.headers, 'content-type') ?? '')) return true;
  return new TextDecoder().decode(answer.bytes.subarray(0, 512)).trimStart().startsWith('<');
}

/**
 * Credentials were sent, yet the instance treats us as nobody. Cloud says so with `X-Seraph-LoginReason`, Data Center with
 * `X-AUSERNAME: anonymous` and 200 with total 0 for a dead token. `OUT` can stand on good answers behind single sign-on.
 */
export function isAnonymous(answer: Answer): boolean {
  const reason = header(answer.headers, 'x-seraph-loginreason') ?? '';
  if (/AUTHENTICATED_FAILED|AUTHENTICATION_DENIED/.test(reason)) return true;
  return header(answer.headers, 'x-ausername')?.trim().toLowerCase() === 'anonymous';
}

/**
 * Headers that Jira puts on its answers, refusals included: Data Center names request, node and user, Cloud request and account.
 * What stands before a Jira and answers in its place has none of them.
 */
const SIGNS = ['x-arequestid', 'x-anodeid', 'x-ausername', 'x-aaccountid'];

export const isSigned = ({ headers }: Pick<Answer, 'headers'>): boolean =>
  SIGNS.some((name) => header(headers, name) !== undefined);

/** Data Center refuses even the right password until somebody has solved the CAPTCHA in the browser. */
export function isCaptcha(answer: Answer): boolean {
  return (
    /CAPTCHA/i.test(header(answer.headers, 'x-authentication-denied-reason') ?? '') ||
    (answer.status === 403 && /AUTHENTICATION_DENIED/.test(header(answer.headers, 'x-seraph-loginreason') ?? ''))
  );
}

/** Host of the `Location` header; its path and query could hold anything. */
export function redirectHost(answer: Answer, from: string): string {
  const location = header(answer.headers, 'location');
  if (location === undefined || !URL.canParse(location, from)) return 'an address it did not name';
  return new URL(location, from).host;
}

/** The text of the bytes. `undefined` when they are no UTF-8, as when a proxy cut them. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const LONGEST_MESSAGE = 300;

export const NO_MESSAGE = 'no message';

/** What the instance itself says about an error: Jira's `errorMessages` and `errors`, other known members, or plain text. */
export function ownMessage(answer: Answer): string {
  if (isHtml(answer)) return 'an HTML page';
  const text = new TextDecoder().decode(answer.bytes.subarray(0, 64 * 1024)).trim();
  const message = fromJson(text) ?? text.replace(/\s+/g, ' ');
  return message === '' ? NO_MESSAGE : message;
}

/** Cuts after secrets were taken out, so that no half of one is left at the end. */
export const shortened = (text: string): string =>
  text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;

function fromJson(text: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  const messages = Reflect.get(body, 'errorMessages');
  const errors = Reflect.get(body, 'errors');
  const found = [
    ...(Array.isArray(messages) ? messages : []),
    ...(typeof errors === 'object' && errors !== null
      ? Object.entries(errors).map(([name, what]) => `${name}: ${what}`)
      : []),
    ...['message', 'error_description', 'error'].map((name) => Reflect.get(body, name)),
  ].filter((part) => typeof part === 'string' && part !== '');
  return found.length === 0 ? undefined : found.join(' ');
}
