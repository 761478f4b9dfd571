/**
 * The three instances before any issue exists. The same things have other ids on each, and some ids exist on two
 * instances with different meanings (issue type 10002, priority 3), because that is what makes a copied configuration
 * wrong without any conflict being shown.
 */

import type { CustomField, Instance, NamedThing, Project, User, WorldKind } from '../world/model.ts';
import { regionField } from './rich.ts';

export const SANDBOX_PASSWORD = 'sandbox-password';
export const SANDBOX_TOKEN = 'sandbox-token';
export const SYNC_USER = 'backbone';
export const ADMIN_USER = 'migrator';

export const PEOPLE_A = ['anna', 'ben', 'carla', 'dmitri'] as const;
export const PEOPLE_B = ['paula', 'quentin', 'rosa', 'elif'] as const;

interface Plan {
  name: string;
  title: string;
  version: string;
  serverId: string;
  siteZone: string;
  userZone: string;
  people: readonly string[];
  token?: string;
  issueTypes: [bug: string, task: string, story: string, subtask: string];
  statuses: [todo: string, progress: string, review: string, done: string];
  priorities: [string, string, string, string];
  severity: { field: string; options: [string, string, string, string] };
  customer: string;
  release: string;
  region: { field: string; firstOption: number };
  first: number;
}

/** There where several migrations are to be made. */
export const SECOND_PARTNER = 'jira-partner-2';

const PLANS: Plan[] = [
  {
    name: 'jira-old',
    title: 'Jira (old)',
    version: '9.12.15',
    serverId: 'B8O1-D000-0LD1-0001',
    siteZone: 'Europe/Berlin',
    userZone: 'Europe/Berlin',
    people: PEOPLE_A,
    issueTypes: ['10001', '10002', '10003', '10005'],
    statuses: ['10000', '3', '10010', '10002'],
    priorities: ['1', '2', '3', '4'],
    severity: { field: 'customfield_10105', options: ['10301', '10302', '10303', '10304'] },
    customer: 'customfield_10106',
    release: 'customfield_10107',
    region: { field: 'customfield_10108', firstOption: 10_311 },
    first: 10_400,
  },
  {
    name: 'jira-new',
    title: 'Jira (new)',
    version: '10.3.13',
    serverId: 'B8O1-D000-0NEW-0002',
    siteZone: 'America/New_York',
    userZone: 'Europe/Berlin',
    people: PEOPLE_A,
    token: SANDBOX_TOKEN,
    issueTypes: ['10002', '10102', '10104', '10105'],
    statuses: ['10100', '3', '10110', '10111'],
    priorities: ['1', '10000', '10001', '3'],
    severity: { field: 'customfield_10320', options: ['10710', '10711', '10712', '10713'] },
    customer: 'customfield_10321',
    release: 'customfield_10322',
    region: { field: 'customfield_10323', firstOption: 10_731 },
    first: 52_100,
  },
  {
    name: 'jira-partner',
    title: 'Jira (partner)',
    version: '10.3.9',
    serverId: 'B8O1-D000-PART-0003',
    siteZone: 'Asia/Kolkata',
    userZone: 'Asia/Kolkata',
    people: PEOPLE_B,
    issueTypes: ['10004', '10006', '10007', '10008'],
    statuses: ['10009', '10011', '10012', '10013'],
    priorities: ['1', '2', '10200', '10201'],
    severity: { field: 'customfield_10207', options: ['10401', '10402', '10403', '10404'] },
    customer: 'customfield_10208',
    release: 'customfield_10209',
    region: { field: 'customfield_10210', firstOption: 10_421 },
    first: 20_700,
  },
  {
    name: SECOND_PARTNER,
    title: 'Jira (second partner)',
    version: '9.17.5',
    serverId: 'B8O1-D000-PAR2-0004',
    siteZone: 'Asia/Tokyo',
    userZone: 'Asia/Tokyo',
    people: PEOPLE_B,
    issueTypes: ['10014', '10016', '10017', '10018'],
    statuses: ['10019', '10021', '10022', '10023'],
    priorities: ['1', '3', '10300', '10301'],
    severity: { field: 'customfield_10407', options: ['10801', '10802', '10803', '10804'] },
    customer: 'customfield_10408',
    release: 'customfield_10409',
    region: { field: 'customfield_10410', firstOption: 10_831 },
    first: 80_700,
  },
];

function named(ids: readonly string[], names: readonly string[]): NamedThing[] {
  return names.map((name, n) => ({ id: ids[n] ?? '', name }));
}

function fieldsOf(plan: Plan, { ambiguous, richFields }: { ambiguous: boolean; richFields: boolean }): CustomField[] {
  const severities = named(plan.severity.options, ['Critical', 'Major', 'Minor', 'Trivial']);
  const fields: CustomField[] = [
    { id: plan.severity.field, name: 'Severity', type: 'select', options: severities, meaning: 'severity' },
    { id: plan.customer, name: 'Customer reference', type: 'textfield', options: [], meaning: 'customerReference' },
    { id: plan.release, name: 'Release note', type: 'textarea', options: [], meaning: 'releaseNote' },
  ];
  if (richFields) fields.push(regionField(plan.region.field, plan.region.firstOption));
  // The new home had a field of this name and type before the copy brought its own: names are not unique in Jira.
  if (ambiguous && plan.name === 'jira-new') {
    const own = { id: 'customfield_10299', name: 'Customer reference', meaning: 'customerReference (own of jira-new)' };
    fields.unshift({ ...own, type: 'textfield', options: [] });
  }
  return fields;
}

function user(name: string, timeZone: string, admin: boolean, token?: string): [string, User] {
  const displayName = name.charAt(0).toUpperCase() + name.slice(1);
  return [name, { name, displayName, password: SANDBOX_PASSWORD, timeZone, admin, ...(token ? { token } : {}) }];
}

/** With the sandbox's password, as everybody. */
export function addUser(instance: Instance, name: string, admin: boolean): void {
  const [, one] = user(name, instance.timeZone, admin);
  instance.users.set(name, one);
}

/** What somebody is called on an instance that has other names for its users. */
export const renamedPerson = (name: string): string => `${name}.ext`;

export function newProject(key: string, name: string, lead: string, id: string): Project {
  return { id, key, name, lead, nextNumber: 1, components: [], versions: [], issues: new Map(), touched: [] };
}

/** The instances, with projects but without issues. */
export function createInstances(options: {
  ambiguous: boolean;
  richFields: boolean;
  migrations: number;
  kind: WorldKind;
}): Instance[] {
  const plans = PLANS.filter(({ name }) => options.migrations > 1 || name !== SECOND_PARTNER);
  return plans.map((plan) => ({
    name: plan.name,
    title: plan.title,
    deployment: 'dataCenter',
    baseUrl: '',
    addresses: [],
    version: plan.version,
    serverId: plan.serverId,
    timeZone: plan.siteZone,
    clock: { aheadMs: 0 },
    syncUser: SYNC_USER,
    users: new Map([
      user(ADMIN_USER, plan.userZone, true, plan.token),
      user(SYNC_USER, plan.userZone, true),
      user('admin', plan.userZone, true),
      ...plan.people.map((name): [string, User] => {
        const [, one] = user(name, plan.userZone, false);
        if (options.kind !== 'renamed' || plan.name !== 'jira-new') return [name, one];
        return [renamedPerson(name), { ...one, name: renamedPerson(name), email: `${name}@example.com` }];
      }),
    ]),
    issueTypes: named(plan.issueTypes, ['Bug', 'Task', 'Story', 'Sub-task']).map((type) => ({
      ...type,
      subtask: type.name === 'Sub-task',
    })),
    statuses: named(plan.statuses, ['To Do', 'In Progress', 'In Review', 'Done']).map((status, n) => ({
      ...status,
      category: n === 0 ? 'new' : n === 3 ? 'done' : 'indeterminate',
    })),
    priorities: named(plan.priorities, ['Highest', 'High', 'Medium', 'Low']),
    resolutions: named(
      plan.priorities.map((_, n) => String(plan.first + n)),
      ['Fixed', "Won't Fix", 'Duplicate'],
    ),
    groups: ['jira-administrators', 'jira-software-users'],
    loops: [],
    fields: fieldsOf(plan, options),
    projects: new Map(),
    movedKeys: new Map(),
    nextId: {
      issue: plan.first + 1000,
      comment: plan.first + 5000,
      attachment: plan.first + 3000,
      change: plan.first + 9000,
      integration: 4,
      connector: 10,
      entry: 40,
    },
  }));
}
