/** `migrator instances check`: whether every instance of a configuration answers, who we are there, and what we may do. */

import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config, InstanceConfig } from '../config/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { withoutTrailing } from '../contract/text.ts';
import { jiraAt, sameJiras, sameJiraText } from '../jira/identity.ts';
import type { Instance } from '../jira/instance.ts';
import { EXIT, usageError } from './errors.ts';
import { answer, columns, type Lines } from './print.ts';
import { repeated, type ServiceOptions, serviceCommand, whereabouts } from './service.ts';

interface CheckOptions extends ServiceOptions {
  config?: string;
  project: string[];
}

/** What is known of one instance. Nothing in it is a secret. */
export interface InstanceCheck {
  instance: string;
  baseUrl: string;
  /** Which Jira it is, as it states itself; of one that is out of reach, as it is configured. */
  jira?: string;
  /** `none`: declared to be out of reach, so nothing was asked. */
  access: InstanceConfig['access'];
  ok: boolean;
  /** How the instance names itself. */
  title?: string;
  version?: string;
  deployment?: string;
  user?: string;
  /** Synchronizations that Backbone lists to our user. */
  synchronizations?: number;
  /** Project → permission → granted. */
  permissions: Record<string, Record<string, boolean>>;
  problems: string[];
}

/** What the migration needs where something is configured; at a partner BROWSE_PROJECTS is enough. */
const PERMISSIONS = ['BROWSE_PROJECTS', 'ADMINISTER_PROJECTS'];

export function addInstances(program: Command): void {
  const instances = program.command('instances').description('the instances of the configuration');
  const description = 'ask each instance whether it answers, who we are there, and for its version; writes nothing';
  serviceCommand(instances, 'check', description)
    .option('--config <file>', 'the YAML file that names the instances (default: that of the running service)')
    .option('--project <instance/key>', 'also ask for our permissions in this project; may be repeated', repeated, [])
    .action(check);
}

async function check(options: CheckOptions): Promise<void> {
  const file = options.config ?? (await whereabouts(options)).config;
  if (!file) throw usageError('No configuration is named, and no service runs.', 'Give --config <file>.');
  const config = await loadConfig(file);
  const projects = options.project.map((text) => projectOf(text, config));
  const { openInstances } = await import('../jira/open.ts');
  const instances = openInstances(config);
  try {
    const checks = await Promise.all(
      Object.values(config.instances).map((instance) =>
        checkInstance(
          instances.open(instance.name),
          projects.filter((project) => project.instance === instance.name).map(({ key }) => key),
        ),
      ),
    );
    tellSameJiras(checks);
    answer(options, checks, checksText(checks));
    process.exitCode = checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.error;
  } finally {
    await instances.close();
  }
}

function projectOf(text: string, config: Config): { instance: string; key: string } {
  const at = text.lastIndexOf('/');
  const instance = text.slice(0, Math.max(at, 0));
  if (config.instances[instance]) return { instance, key: text.slice(at + 1) };
  const names = Object.keys(config.instances).join(', ');
  throw usageError(`--project "${text}" names no instance of ${config.file} (${names}).`, 'Write it like jira-old/PA.');
}

export async function checkInstance({ config, jira, backbone }: Instance, projects: string[]): Promise<InstanceCheck> {
  const { name: instance, baseUrl, access, deployment } = config;
  const known: InstanceCheck = { instance, baseUrl, access, ok: true, permissions: {}, problems: [] };
  if (access === 'none') return { ...known, jira: jiraAt(baseUrl) };
  const attempt = async (ask: () => Promise<void>) => {
    try {
      await ask();
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      known.problems.push(`${error.code}: ${error.message}`);
    }
  };
  await attempt(async () => {
    const info = await jira.serverInfo();
    Object.assign(known, {
      jira: jiraAt(info.baseUrl),
      title: info.serverTitle,
      version: info.version,
      deployment: info.deploymentType,
    });
    const stated = info.deploymentType === 'Cloud' ? 'cloud' : 'dataCenter';
    if (stated !== deployment)
      known.problems.push(`the configuration says ${deployment}, the instance ${info.deploymentType}`);
    if (withoutTrailing(info.baseUrl, '/') !== baseUrl) known.problems.push(`it states itself as ${info.baseUrl}`);
    const user = await jira.myself();
    known.user = `${user.displayName} (${user.id})`;
    if (user.timeZone === undefined)
      known.problems.push('our user has no time zone, without which no query by time is sound');
    known.synchronizations = (await backbone.synchronizations()).length;
    for (const project of projects) await checkProject(project);
  });
  return { ...known, ok: known.problems.length === 0 };

  async function checkProject(key: string): Promise<void> {
    if (!(await jira.project(key))) {
      known.problems.push(`project ${key} does not exist, or our user does not see it`);
      return;
    }
    const granted = await jira.permissions(key, PERMISSIONS);
    known.permissions[key] = granted;
    const missing = PERMISSIONS.filter((permission) => !granted[permission]);
    if (missing.length > 0) known.problems.push(`our user lacks ${missing.join(', ')} in ${key}`);
  }
}

/** Two names of one Jira are a problem of each of them. */
function tellSameJiras(checks: InstanceCheck[]): void {
  const identities = checks.flatMap(({ instance, jira }) => (jira === undefined ? [] : [[instance, jira] as const]));
  for (const same of sameJiras(new Map(identities)))
    for (const check of checks.filter(({ instance }) => same.names.includes(instance))) {
      check.problems.push(sameJiraText(same));
      check.ok = false;
    }
}

function checksText(checks: readonly InstanceCheck[]): Lines {
  const rows = checks.map(
    ({ instance, baseUrl, access, ok, version, deployment, user, synchronizations, permissions }) => [
      access === 'none' ? '–' : ok ? '✓' : '✗',
      instance,
      access === 'none' ? 'no access, as configured' : baseUrl,
      [deployment, version].filter(Boolean).join(' '),
      user ?? '',
      synchronizations === undefined ? '' : String(synchronizations),
      Object.entries(permissions)
        .map(([project, granted]) => `${project}: ${PERMISSIONS.filter((one) => granted[one]).join(' ')}`)
        .join('; '),
    ],
  );
  const problems = checks.flatMap(({ instance, problems }) => problems.map((problem) => `${instance}: ${problem}`));
  const head = ['', 'INSTANCE', 'ADDRESS', 'VERSION', 'WE ARE', 'SYNCHRONIZATIONS', 'PERMISSIONS'];
  return [columns([head, ...rows]), ...problems];
}
