/** One HTTP exchange with one instance, and what is around it: limiter, credentials, secrets, time, errors. */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import got from 'got';
import type { z } from 'zod';
import type { InstanceConfig, Timing } from '../config/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import { check, pathText } from '../contract/problems.ts';
import { withoutTrailing } from '../contract/text.ts';
import { type Answer, isHtml, isSigned, textOf } from './answer.ts';
import { authorization } from './authorization.ts';
import { answerOf, headOf, inTime } from './body.ts';
import { InstanceClock } from './clock.ts';
import { codeOf, type Effect, Failures, type Place } from './failures.ts';
import { Limiter } from './limiter.ts';
import { beyond } from './proportions.ts';
import { Redactor } from './redactor.ts';
import { waitOfEmptyBucket } from './retryAfter.ts';

/** Members that are undefined are left out; a list stands once for each of its elements. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A request as data. `path` is below the instance's base URL. */
export interface Exchanged {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  /** Bytes of its answer that are accepted, decompressed; `LIMITS.answer` where it does not say. */
  most?: number;
}

/** What was read: as the schema makes it, as it came (unknown members, their order), and its bytes. */
export interface Found<T> {
  data: T;
  value: unknown;
  bytes: Uint8Array;
}

/** A read that asks again by itself does so at most this often … */
const EXTRA_READS = 2;
/** … and only when no more than this is to be waited; longer waits are Temporal's. */
const LONGEST_OWN_WAIT = 10_000;

/** So many times of one exchange the pieces of a long answer are waited for in all: 20 minutes by default, of the activity's 30. */
const PATIENCE = 40;

function searchParams(query: Query): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== undefined) parameters.append(name, String(each));
  }
  return parameters;
}

export class Exchange {
  readonly redactor = new Redactor();
  readonly failures = new Failures(this.redactor);
  readonly clock = new InstanceClock();
  readonly #config: InstanceConfig;
  readonly #timing: Timing;
  readonly #limiter: Limiter;
  readonly #agents = agents(true);
  /** Parts of the instance, by the beginning of their paths, whose good answers carry Jira's own headers. */
  readonly #signed = new Set<string>();
  /** Writes get a connection of their own: a kept one that the server just closed would make an outcome unknown for nothing. */
  readonly #writeAgents = agents(false);

  constructor(config: InstanceConfig, timing: Timing) {
    this.#config = config;
    this.#timing = timing;
    this.#limiter = new Limiter(config.limits);
  }

  /** Reads what may be absent: `undefined` on a 404 that is not an HTML page. */
  async find<T>(request: Exchanged, shape: z.ZodType<T>): Promise<Found<T> | undefined> {
    const { answer, place } = await this.#read(request);
    // Servlet containers and proxies answer 404 with HTML when the whole application is not there.
    if (isHtml(answer)) throw this.failures.loginPage(place, answer);
    if (answer.status === 404) return undefined;
    return { ...this.#json(place, answer, shape), bytes: answer.bytes };
  }

  /** Reads what must be there: 404 is `RequestRefused`. The result is what the schema makes of it. */
  async read<T>(request: Exchanged, shape: z.ZodType<T>): Promise<T> {
    const { answer, place } = await this.#read(request);
    this.#mustBeThere(place, answer);
    return this.#json(place, answer, shape).data;
  }

  /**
   * Reads what must be there, piece by piece, as it comes. The instance may be silent for as long as one request may take, again
   * and again, but is not waited for longer than `PATIENCE` of these in all; an answer that breaks off throws, so that half of it is
   * never taken for the whole.
   */
  async *stream(request: Exchanged): AsyncGenerator<Uint8Array> {
    const { most = LIMITS.issueData } = request;
    const place = this.#place(request);
    const leave = await this.#limiter.enter();
    try {
      if (this.#limiter.pausedFor > 0) throw this.#paused(place);
      const { httpTimeout } = this.#timing;
      const stream = got.stream(place.url, {
        ...(await this.#options(request, 'read')),
        timeout: { lookup: httpTimeout, connect: httpTimeout, response: httpTimeout },
      });
      const headNow = headOf(stream);
      const whole = PATIENCE * httpTimeout;
      const isSecretIn = this.redactor.inPieces();
      let first = true;
      let length = 0;
      for await (const piece of inTime(stream, httpTimeout, whole, () => this.failures.tooSlow(place, whole))) {
        const head = headNow();
        if (first && head) this.#judge(request, place, { ...head, bytes: piece });
        first = false;
        length += piece.length;
        if (head && length > most) throw this.failures.tooLong(place, head, most, 'read');
        if (head && isSecretIn(piece)) throw this.failures.secretRepeated(place, head);
        yield piece;
      }
      const head = headNow();
      if (first && head) this.#judge(request, place, { ...head, bytes: Buffer.alloc(0) });
    } catch (error) {
      throw error instanceof MigratorError ? error : this.failures.ofConnection(place, error, 'read');
    } finally {
      leave();
    }
  }

  /** Throws what the head of an answer, and the first piece of it, already tell. */
  #judge(request: Exchanged, place: Place, answer: Answer): void {
    this.#heed(request, place, answer, 'read');
    this.#mustBeThere(place, answer);
  }

  /** Throws for what is wrong by status and headers, after the limiter has learnt from them. */
  #heed(request: Exchanged, place: Place, answer: Answer, effect: Effect): void {
    this.#limiter.holdReads(waitOfEmptyBucket(answer.headers, Date.now()));
    const failure = this.failures.ofAnswer(place, answer, effect);
    if (failure?.code === 'RateLimited') this.#limiter.pause(failure.retryAfterMs ?? 0);
    const refuses = answer.status === 404 || failure?.code === 'RequestRefused';
    if (this.#isForeign(request, answer) && refuses) throw this.failures.foreign(place, answer, effect);
    if (failure !== undefined) throw failure;
  }

  /** A refusal without the headers that good answers of the same part carry is that of a gateway or firewall, whatever its body. */
  #isForeign({ path }: Exchanged, answer: Answer): boolean {
    const part = path.split('/')[1] ?? '';
    if (answer.status < 300 && isSigned(answer)) this.#signed.add(part);
    return this.#signed.has(part) && !isSigned(answer);
  }

  #mustBeThere(place: Place, answer: Answer): void {
    if (isHtml(answer)) throw this.failures.loginPage(place, answer);
    if (answer.status === 404) throw this.failures.refused(place, answer);
  }

  /**
   * One attempt. Returns what was answered with 2xx; everything else throws as `Instance.send` says. Not sent after `notAfter`, by the
   * process's own clock (`performance.now`): `TooLate`.
   */
  async write(request: Exchanged, notAfter = Number.POSITIVE_INFINITY): Promise<{ answer: Answer; place: Place }> {
    const place = this.#place(request);
    // Nothing was sent yet, so this is certain.
    if (this.#limiter.pausedFor > 0) throw this.#paused(place);
    const answer = await this.#limiter.write(() => this.#once(request, place, 'write', notAfter));
    return { answer, place };
  }

  close(): void {
    for (const agent of [...Object.values(this.#agents), ...Object.values(this.#writeAgents)]) agent.destroy();
  }

  async #read(request: Exchanged): Promise<{ answer: Answer; place: Place }> {
    const place = this.#place(request);
    for (let extra = 0; ; extra += 1) {
      try {
        return { answer: await this.#limiter.read(() => this.#unlessPaused(request, place)), place };
      } catch (error) {
        if (extra >= EXTRA_READS || !this.#worthAnotherRead(error)) throw error;
        await sleep(this.#limiter.pausedFor + 100 * 2 ** extra * (0.7 + 0.6 * Math.random()));
      }
    }
  }

  /** Looks at the pause when its turn has come: the instance may have asked for it while this read waited. */
  async #unlessPaused(request: Exchanged, place: Place): Promise<Answer> {
    if (this.#limiter.pausedFor > 0) throw this.#paused(place);
    return this.#once(request, place, 'read');
  }

  /** A kept connection that the server closed meanwhile, or a short wait that the instance itself named. */
  #worthAnotherRead(error: unknown): boolean {
    if (!(error instanceof MigratorError)) return false;
    if (error.code === 'RateLimited') return (error.retryAfterMs ?? 0) <= LONGEST_OWN_WAIT;
    return error.code === 'InstanceUnreachable' && codeOf(error.cause) === 'ECONNRESET';
  }

  async #once(request: Exchanged, place: Place, effect: Effect, notAfter = Number.POSITIVE_INFINITY): Promise<Answer> {
    const options = await this.#options(request, effect);
    const { most = LIMITS.answer } = request;
    let answer: Answer;
    let whole: boolean;
    // The process may have been frozen, or have waited for its turn: by now somebody else may have sent it.
    if (performance.now() > notAfter) throw this.failures.about('TooLate', place, 'not sent: its time is over');
    const sent = Date.now();
    try {
      const within = { ...options, timeout: { request: this.#timing.httpTimeout } };
      ({ answer, whole } = await answerOf(place.url, within, most));
      this.clock.learn(answer.headers, sent, Date.now());
    } catch (error) {
      throw this.failures.ofConnection(place, error, effect);
    }
    this.#heed(request, place, answer, effect);
    // Of a write that was accepted the rest is lost, so it is settled by reading, as where the connection breaks.
    if (!whole && answer.status < 300) throw this.failures.tooLong(place, answer, most, effect);
    return answer;
  }

  async #options(request: Exchanged, effect: Effect) {
    const { credentials, name } = this.#config;
    const headers: Record<string, string> = {
      accept: 'application/json',
      'user-agent': 'backbone-migrator',
      ...(request.method === 'POST' || request.method === 'PUT' ? { 'content-type': 'application/json' } : {}),
      ...(credentials === null ? {} : { authorization: await authorization(name, credentials, this.redactor) }),
      ...request.headers,
    };
    return {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      searchParams: searchParams(request.query ?? {}),
      agent: effect === 'write' ? this.#writeAgents : this.#agents,
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
    };
  }

  #place(request: Exchanged): Place {
    const { name, baseUrl, access, credentials } = this.#config;
    if (access === 'none') {
      throw new MigratorError(
        'InvalidConfiguration',
        `${name} is declared "access: none", so nothing is read or written there.`,
      );
    }
    const { method, path } = request;
    const at = `${withoutTrailing(new URL(baseUrl).href, '/')}${path}`;
    // Whatever a path was made of: our credentials go nowhere but below the instance's own address, and there where the path says.
    if (!/^\/[^?#]*$/.test(path) || new URL(at).href !== at) {
      const shown = JSON.stringify(path.slice(0, 200));
      throw new MigratorError('Unexpected', `${name}: ${method} ${shown} leads elsewhere, so nothing was sent.`);
    }
    return { instance: name, method, path: new URL(at).pathname, url: at, authenticated: credentials !== null };
  }

  #paused(place: Place): MigratorError {
    const retryAfterMs = Math.ceil(this.#limiter.pausedFor);
    const what = `not sent: the instance asked for a pause of ${Math.ceil(retryAfterMs / 1000)} s more`;
    return this.failures.about('RateLimited', place, what, { retryAfterMs, status: 429 });
  }

  #json<T>(place: Place, answer: Answer, shape: z.ZodType<T>): { value: unknown; data: T } {
    const unreadable = (what: string): MigratorError =>
      this.failures.about('UnreadableAnswer', place, what, { status: answer.status });
    const text = textOf(answer.bytes);
    if (text === undefined) throw unreadable('not UTF-8');
    if (text.trim() === '') throw unreadable('empty');
    const most = beyond(answer.bytes, LIMITS);
    if (most) throw this.failures.beyond(place, answer, most);
    if (this.redactor.isIn(answer.bytes)) throw this.failures.secretRepeated(place, answer);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's own message quotes the text, which could hold a secret.
      throw unreadable(`cut off or not JSON (${answer.bytes.length} bytes)`);
    }
    // As it is recorded: JSON can write every sign of it in other ways.
    if (text.includes('\\') && this.redactor.isIn(Buffer.from(JSON.stringify(value))))
      throw this.failures.secretRepeated(place, answer);
    const checked = check(shape, value);
    if ('data' in checked) return { value, data: checked.data };
    const long = checked.problems.filter((problem) => problem.beyond);
    const told = long.length > 0 ? long : checked.problems;
    const shown = told.slice(0, 5).map(({ path, what }) => `${pathText(path)} ${what}`);
    const others = told.length - shown.length;
    const what = this.redactor.foreignText(shown.join(', ') + (others > 0 ? ` and ${others} more` : ''));
    if (long.length === 0) throw unreadable(what);
    throw this.failures.about('BeyondLimit', place, what, { status: answer.status });
  }
}

const agents = (keepAlive: boolean) => ({
  http: new http.Agent({ keepAlive }),
  https: new https.Agent({ keepAlive }),
});
