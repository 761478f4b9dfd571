/** Reads the operator's configuration file once, checks all of it, and turns it into one object. */

import { MigratorError } from '../contract/errors.ts';
import { check, type Problem, pathText } from '../contract/problems.ts';
import { boundedText } from './boundedFile.ts';
import { readYaml, type YamlFile } from './document.ts';
import { meaningProblems, secretAt, secretProblems, secretSources } from './meaning.ts';
import { type ConfigurationFile, configurationFile, type InstanceEntry } from './schema.ts';
import type { Config, Credentials, InstanceConfig, Secret } from './types.ts';

/**
 * Secrets are looked for, so that a missing one is told now, but not kept: they are read again when they are needed.
 * @throws MigratorError `InvalidConfiguration` with every problem as `file:line member: what`. No value is repeated.
 */
export async function loadConfig(file: string, env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const yaml = readYaml(await readText(file));
  if (yaml.problems.length > 0) {
    throw refused(yaml.problems.map(({ line, what }) => ({ line, text: `${file}:${line} ${what}` })));
  }
  const checked = check(configurationFile, yaml.value ?? {});
  const shape = 'problems' in checked ? checked.problems.map(withoutUnion) : [];
  const problems = [...shape, ...meaningProblems(yaml.value), ...(await secretProblems(file, env, yaml.value))];
  if ('problems' in checked || problems.length > 0) throw refused(described(file, yaml, problems));
  return { ...toConfig(file, env, checked.data), secretSources: secretSources(yaml.value) };
}

async function readText(file: string): Promise<string> {
  try {
    return await boundedText(file);
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    const what =
      code === 'ENOENT' ? 'does not exist' : `cannot be read (${typeof code === 'string' ? code : 'unknown'})`;
    throw new MigratorError('InvalidConfiguration', `${file} ${what}.`, {
      remedy: 'Name the file that describes your instances.',
    });
  }
}

/** In the order of the lines, each once. */
function refused(found: { line: number; text: string }[]): MigratorError {
  const texts = found.toSorted((one, other) => one.line - other.line).map(({ text }) => text);
  return new MigratorError('InvalidConfiguration', `${[...new Set(texts)].join('; ')}.`);
}

const described = (file: string, yaml: YamlFile, problems: Problem[]): { line: number; text: string }[] =>
  problems.map(({ path, what }) => {
    const line = yaml.lineOf(path);
    return { line, text: `${file}:${line} ${pathText(path)}: ${what}` };
  });

/** A union's own message says nothing to a person. */
function withoutUnion({ path, what }: Problem): Problem {
  if (path.at(-1) !== 'credentials' || what === 'is missing') return { path, what };
  return {
    path,
    what: 'must be { username, password } or { token }, each env:NAME or file:/path, a secret is never written into this file',
  };
}

function toConfig(file: string, env: NodeJS.ProcessEnv, data: ConfigurationFile): Omit<Config, 'secretSources'> {
  const secret = (source: string): Secret => secretAt(file, env, source);
  const instances = Object.entries(data.instances).map(([name, entry]): [string, InstanceConfig] => [
    name,
    {
      name,
      baseUrl: entry.baseUrl ?? '',
      deployment: entry.deployment,
      access: entry.access,
      credentials: credentialsOf(entry.credentials, secret),
      syncUser: entry.syncUser
        ? { username: secret(entry.syncUser.username), password: secret(entry.syncUser.password) }
        : null,
      backbone: entry.backbone,
      limits: entry.limits,
    },
  ]);
  const { policy, timing, reminders, artifacts, store, taskQueuePrefix } = data;
  return {
    file,
    instances: Object.fromEntries(instances),
    policy,
    timing: { ...timing, staleness: timing.staleness ?? STALE_INTERVALS * timing.outgoingInterval },
    reminders: {
      every: reminders.every,
      webhook: reminders.webhook ? secret(reminders.webhook) : null,
      ...(reminders.secret ? { secret: secret(reminders.secret) } : {}),
    },
    artifacts: { url: artifacts.url ?? null },
    store: { postgres: store.postgres ? secret(store.postgres) : null },
    taskQueuePrefix,
  };
}

/** A minute at Backbone's own default: caches and replicas of a cluster catch up within seconds. */
const STALE_INTERVALS = 12;

function credentialsOf(entry: InstanceEntry['credentials'], secret: (source: string) => Secret): Credentials | null {
  if (entry === undefined) return null;
  if ('token' in entry) return { kind: 'bearer', token: secret(entry.token) };
  return { kind: 'basic', username: secret(entry.username), password: secret(entry.password) };
}
