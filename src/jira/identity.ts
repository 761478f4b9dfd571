/**
 * Which Jira it is. Every Jira has one base URL, set by its administrators, and states it whichever address it was asked at. Nothing
 * else that names an installation is documented for both Cloud and Data Center.
 */
import { withoutTrailing } from '../contract/text.ts';
import type { Instance } from './instance.ts';

/**
 * A base URL as it is compared: host, port and context path. Not the scheme, since the same Jira is often given with either; nor a
 * port that says the same as the scheme, capitals, or slashes at the end.
 */
export function jiraAt(baseUrl: string): string {
  const text = baseUrl.trim();
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return withoutTrailing(text, '/').toLowerCase();
  const { protocol, hostname, port, pathname } = new URL(text);
  const standard = port === '' || port === (protocol === 'http:' ? '80' : '443');
  const host = hostname.replace(/\.$/, '');
  return `${host}${standard ? '' : `:${port}`}${withoutTrailing(pathname, '/')}`.toLowerCase();
}

/** Asks it. Of one that cannot be asked, the configured address has to do. */
export async function jiraOf({ config, jira }: Instance): Promise<string> {
  return jiraAt(config.access === 'none' ? config.baseUrl : (await jira.serverInfo()).baseUrl);
}

/** A synchronization of that Jira, by whatever name the configuration calls it; no configured name begins so. */
export const globalName = (jira: string, key: string): string => `//${jira}/${key.toUpperCase()}`;

/** Names in the configuration that mean one and the same Jira: at least two. */
export interface SameJira {
  jira: string;
  names: string[];
}

/** By the name in the configuration, which Jira it is. Pure. */
export function sameJiras(identities: ReadonlyMap<string, string>): SameJira[] {
  const groups = Map.groupBy(identities.keys(), (name) => identities.get(name) ?? name);
  return [...groups].flatMap(([jira, names]) => (names.length > 1 ? [{ jira, names }] : []));
}

/** The sentence about it. */
export const sameJiraText = ({ jira, names }: SameJira): string =>
  `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are names of one Jira: under each it states itself as ${jira}.`;
