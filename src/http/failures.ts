/** From an answer or a broken connection to the one error family. Reads and writes differ: a write must say what is certain. */
import { RequestError } from 'got';
import { MigratorError } from '../contract/errors.ts';
import { LIMITS, sizeText } from '../contract/limits.ts';
import { type Answer, isAnonymous, isCaptcha, NO_MESSAGE, ownMessage, redirectHost, shortened } from './answer.ts';
import type { Redactor } from './redactor.ts';
import { waitOf429 } from './retryAfter.ts';

/** What was asked of whom, for messages: never with query or body, which could hold anything. */
export interface Place {
  instance: string;
  method: string;
  path: string;
  url: string;
  /** Credentials went along. */
  authenticated: boolean;
}

/** Where there is no message to read. */
const UNTOLD = 'Look into the log of the instance: a permission or a precondition is missing.';

export type Effect = 'read' | 'write';

export class Failures {
  readonly #redactor: Redactor;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** A MigratorError about a place, without secrets in any part. */
  about(
    code: ConstructorParameters<typeof MigratorError>[0],
    place: Place,
    what: string,
    options: { remedy?: string; retryAfterMs?: number; status?: number; cause?: unknown } = {},
  ): MigratorError {
    return new MigratorError(
      code,
      this.#redactor.text(`${place.instance}, ${place.method} ${place.path}: ${what}.`),
      options,
    );
  }

  /** What is wrong with the answer, by status and headers. `undefined`: 2xx, or 404, both of somebody who knows us. */
  ofAnswer(place: Place, answer: Answer, effect: Effect): MigratorError | undefined {
    const { status } = answer;
    if (status >= 300 && status < 400) {
      return this.about('RedirectRefused', place, `answered ${status}, to ${redirectHost(answer, place.url)}`, {
        status,
      });
    }
    if (status === 429) return this.#tooMany(place, answer);
    if (isCaptcha(answer)) {
      return this.about('CredentialsExpired', place, `answered ${status} and wants a CAPTCHA solved`, {
        status,
        remedy:
          'Log in once in the browser as the user that the configuration names, and solve it; the step goes on by itself.',
      });
    }
    if (status === 401) return this.about('CredentialsExpired', place, 'answered 401', { status });
    if (status >= 500) return this.#serverFailed(place, answer, effect);
    // Before 404 and 4xx: to nobody everything looks missing, and a check must not take that for deleted.
    if (place.authenticated && isAnonymous(answer)) return this.#anonymous(place, answer, effect);
    if (status === 404 && effect === 'read') return undefined;
    if (status >= 400) return this.refused(place, answer);
    if (status < 200) return this.about('UnreadableAnswer', place, `answered ${status}`, { status });
    return undefined;
  }

  refused(place: Place, answer: Answer): MigratorError {
    const { status } = answer;
    if (ownMessage(answer) === NO_MESSAGE)
      return this.about('RequestRefused', place, `answered ${status}, without a reason`, { status, remedy: UNTOLD });
    const message = shortened(this.#redactor.foreignText(ownMessage(answer)));
    return this.about('RequestRefused', place, `answered ${status}: ${message}`, { status });
  }

  loginPage(place: Place, answer: Answer): MigratorError {
    return this.about('LoginPage', place, `answered ${answer.status} with HTML`, { status: answer.status });
  }

  /** The refusal of something that stands before the instance: what became of a write behind it, nobody knows. */
  foreign(place: Place, answer: Answer, effect: Effect): MigratorError {
    const message = shortened(this.#redactor.foreignText(ownMessage(answer)));
    const { status } = answer;
    const code = effect === 'write' ? 'OutcomeUnknown' : 'ForeignAnswer';
    return this.about(code, place, `answered ${status} without Jira's own headers: ${message}`, { status });
  }

  /** More than is taken. What a write was answered with beyond it is lost, as where the connection breaks. */
  tooLong(place: Place, { status }: Pick<Answer, 'status'>, most: number, effect: Effect): MigratorError {
    const code = effect === 'write' ? 'OutcomeUnknown' : 'BeyondLimit';
    return this.about(code, place, `the answer is longer than ${sizeText(most)}, unpacked`, { status });
  }

  beyond(place: Place, { status }: Answer, most: 'depth' | 'text'): MigratorError {
    const what = {
      depth: `the answer has lists and objects within each other deeper than ${LIMITS.depth} levels`,
      text: `a text in the answer is longer than ${sizeText(LIMITS.text)}`,
    }[most];
    return this.about('BeyondLimit', place, what, { status });
  }

  /** What drips for ever. It is not broken, so nothing but time tells it. */
  tooSlow(place: Place, whole: number): MigratorError {
    const what = `the answer was still coming after ${Math.round(whole / 1000)} s of waiting for it`;
    const remedy =
      'Check the instance and what stands before it, or raise `timing.httpTimeout` in the configuration. Then send retry.';
    return this.about('BeyondLimit', place, what, { remedy });
  }

  /** A connection that broke. On a write it counts what may have been sent, not what came back. */
  ofConnection(place: Place, error: unknown, effect: Effect): MigratorError {
    const code = codeOf(error);
    // A new error: the HTTP client's own carries the request's headers.
    const message = this.#redactor.foreignText(error instanceof Error ? error.message : String(error));
    const cause = Object.assign(new Error(message), { code });
    if (nothingWasSent(error)) {
      return this.about('InstanceUnreachable', place, `no connection (${code}); nothing was sent`, { cause });
    }
    if (effect === 'write') return this.about('OutcomeUnknown', place, `the connection broke (${code})`, { cause });
    if (code === 'ERR_HTTP_CONTENT_LENGTH_MISMATCH') {
      return this.about('UnreadableAnswer', place, 'the answer is shorter or longer than it said', { cause });
    }
    if (!(error instanceof RequestError)) return this.about('Unexpected', place, cause.message, { cause });
    return this.about('InstanceUnreachable', place, `the connection broke (${code})`, { cause });
  }

  #tooMany(place: Place, answer: Answer): MigratorError {
    const wait = waitOf429(answer.headers, Date.now());
    if (!wait.blocked) {
      const seconds = Math.ceil(wait.milliseconds / 1000);
      return this.about('RateLimited', place, `answered 429; wait ${seconds} s`, {
        retryAfterMs: wait.milliseconds,
        status: 429,
      });
    }
    return this.about('RateLimited', place, 'answered 429 without end: our user is blocked', {
      retryAfterMs: wait.milliseconds,
      status: 429,
      remedy:
        "The administrator blocked our user in Jira's rate limiting: give it an allowance. Looked at again meanwhile.",
    });
  }

  #serverFailed(place: Place, answer: Answer, effect: Effect): MigratorError {
    const message = shortened(this.#redactor.foreignText(ownMessage(answer)));
    const code = effect === 'write' ? 'OutcomeUnknown' : 'ServerFailed';
    return this.about(code, place, `answered ${answer.status}: ${message}`, { status: answer.status });
  }

  #anonymous(place: Place, answer: Answer, effect: Effect): MigratorError {
    const { status } = answer;
    if (effect === 'read') return this.about('AnonymousAnswer', place, `answered ${status} to nobody`, { status });
    // A refusal to nobody had no effect for certain; a success to nobody is settled by reading.
    const code = status < 300 ? 'OutcomeUnknown' : 'CredentialsExpired';
    return this.about(code, place, `answered ${status} as if nobody were logged in`, { status });
  }
}

/** The system's or the HTTP client's code of an error. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

/**
 * True when the connection was never made, so that not one byte of the request left: name not found, refused, no route, a
 * timeout before connecting, or a TLS handshake that failed. Anything else is not certain.
 */
function nothingWasSent(error: unknown): boolean {
  if (!(error instanceof RequestError)) return false;
  const cause = error.cause;
  const syscall = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'syscall') : undefined;
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  const { timings } = error;
  if (timings === undefined) return false;
  if (timings.connect === undefined) return true;
  return (
    error.options.url instanceof URL && error.options.url.protocol === 'https:' && timings.secureConnect === undefined
  );
}
