/** Sends one write, once. Called by the store-fenced write function alone, under a committed intent. */

import { createHash } from 'node:crypto';
import type { Config, InstanceConfig } from '../config/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { withoutTrailing } from '../contract/text.ts';
import { isHtml, textOf } from '../http/answer.ts';
import { readPassword, readUsername } from '../http/authorization.ts';
import type { Exchange } from '../http/exchange.ts';
import { header } from '../http/retryAfter.ts';
import { BACKBONE_BASE } from './client.ts';
import type { WriteAnswer, WriteRequest } from './types.ts';

/** @throws MigratorError as `Instance.send` says. `request.otherwise` is the caller's: it needs an intent of its own. */
export async function sendWrite(
  config: Config,
  instance: InstanceConfig,
  exchange: Exchange,
  request: WriteRequest,
  notAfter?: number,
): Promise<WriteAnswer> {
  const body = await withSecrets(config, instance, exchange, request);
  const sent = {
    method: request.method,
    path: `${BACKBONE_BASE}${request.path}`,
    body,
    // "XSRF check failed" otherwise; documented for Backbone as `nocheck`, which Jira renamed to `no-check`.
    headers: { 'x-atlassian-token': 'no-check' },
  };
  const { answer, place } = await exchange.write(sent, notAfter);
  const unknown = (what: string): MigratorError =>
    exchange.failures.about('OutcomeUnknown', place, `answered ${answer.status}, but ${what}`, {
      status: answer.status,
    });
  const { status, bytes } = answer;
  const responseDigest = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length === 0) return { status, body: undefined, responseDigest };
  if (isHtml(answer)) throw unknown('with an HTML page');
  const text = textOf(bytes);
  if (text === undefined) throw unknown('its body is cut off');
  if (text.trim() === '') return { status, body: undefined, responseDigest };
  // An answer may echo what was sent.
  try {
    return { status, body: exchange.redactor.json(JSON.parse(text)), responseDigest };
  } catch {
    if (!/^text\/plain\b/i.test(header(answer.headers, 'content-type') ?? '')) throw unknown('its body is no JSON');
    return { status, body: exchange.redactor.text(text), responseDigest };
  }
}

/** The body with secrets filled in, as a copy; the request itself stays free of them. */
async function withSecrets(
  config: Config,
  instance: InstanceConfig,
  exchange: Exchange,
  request: WriteRequest,
): Promise<unknown> {
  const secrets = Object.entries(request.secrets ?? {});
  if (secrets.length === 0) return request.body;
  const body: unknown = structuredClone(request.body);
  for (const [path, name] of secrets) {
    const members = path.split('.');
    const last = members.pop() ?? '';
    const parent = members.reduce(
      (at: unknown, member) => (typeof at === 'object' && at !== null ? Reflect.get(at, member) : undefined),
      body,
    );
    if (typeof parent !== 'object' || parent === null || last === '') {
      throw new MigratorError('Unexpected', `the body of ${request.method} ${request.path} has no place for ${path}.`);
    }
    const owner = ownerOf(config, instance, Reflect.get(parent, 'baseUrl'));
    const { syncUser } = owner;
    if (syncUser === null) {
      throw new MigratorError('InvalidConfiguration', `${owner.name} names no syncUser, which ${request.path} needs.`);
    }
    const value =
      name === 'syncUser.username'
        ? await readUsername(owner.name, syncUser.username, exchange.redactor)
        : await readPassword(owner.name, syncUser.password, exchange.redactor);
    Reflect.set(parent, last, value);
  }
  return body;
}

/** A sync user's password goes only beside the base URL it belongs to. */
function ownerOf(config: Config, instance: InstanceConfig, baseUrl: unknown): InstanceConfig {
  if (baseUrl === undefined || sameUrl(instance.baseUrl, baseUrl)) return instance;
  const owner = Object.values(config.instances).find((each) => sameUrl(each.baseUrl, baseUrl));
  if (owner !== undefined) return owner;
  throw new MigratorError(
    'InvalidConfiguration',
    `no instance of ${config.file} has the base URL of the other connector.`,
  );
}

function sameUrl(one: string, other: unknown): boolean {
  if (typeof other !== 'string' || !URL.canParse(one) || !URL.canParse(other)) return false;
  return withoutTrailing(new URL(one).href, '/') === withoutTrailing(new URL(other).href, '/');
}
