/**
 * What the issues of a project can be moved by. Cloud shows whole workflows to administrators (`POST /workflows`). Data Center documents
 * no call for the transitions of a workflow, so one issue of each type in each status is asked, as on Cloud where the workflows are
 * refused: that shows what our user can do with issues that exist, and says nothing of others.
 */

import { z } from 'zod';
import { MigratorError } from '../contract/errors.ts';
import { segment } from '../contract/key.ts';
import { nameText } from '../contract/texts.ts';
import type { Exchange } from '../http/exchange.ts';
import { jqlText } from './jql.ts';
import { ifAllowed } from './paging.ts';
import { atOnce } from './people.ts';
import * as shapes from './shapes.ts';
import type { IssueType, JiraProject, JiraTransition } from './types.ts';

interface Asked {
  exchange: Exchange;
  /** `/rest/api/2` or `/rest/api/3`. */
  base: string;
}

/** One transition as it was seen at one place. */
interface Sighting {
  id: string;
  name: string;
  to?: string;
  issueType: string;
}

export async function transitionsOf(exchange: Exchange, base: string, project: JiraProject): Promise<JiraTransition[]> {
  const asked = { exchange, base };
  const cloud = base.endsWith('/3');
  const whole = cloud ? await ofWorkflows(asked, project) : undefined;
  return combined(whole ?? (await ofIssues(asked, project)));
}

const workflows = z.looseObject({
  statuses: z.array(z.looseObject({ statusReference: nameText, name: nameText })),
  workflows: z.array(
    z.looseObject({
      transitions: z.array(
        z.looseObject({
          id: shapes.id,
          name: nameText,
          type: nameText,
          toStatusReference: nameText.nullish(),
          links: z.array(z.looseObject({ fromStatusReference: nameText.nullish() }).nullish()).nullish(),
        }),
      ),
    }),
  ),
});

/** By issue type, since the answer does not say which workflow is whose. `undefined` when our user is no administrator. */
async function ofWorkflows({ exchange, base }: Asked, project: JiraProject): Promise<Sighting[] | undefined> {
  const read = async ({ id, name }: IssueType): Promise<Sighting[]> => {
    const body = { projectAndIssueTypes: [{ projectId: project.id, issueTypeId: id }] };
    const answer = await exchange.read({ method: 'POST', path: `${base}/workflows`, body }, workflows);
    const statuses = new Map(answer.statuses.map((status) => [status.statusReference, status.name]));
    return answer.workflows
      .flatMap(({ transitions }) => transitions)
      .filter(({ type }) => type !== 'INITIAL')
      .map(({ id: transition, name: called, toStatusReference: to, links }) => {
        const loops = !to || (links?.length && links.every((link) => link?.fromStatusReference === to));
        return { id: transition, name: called, ...(loops ? {} : { to: statuses.get(to) ?? to }), issueType: name };
      });
  };
  try {
    return (await atOnce(project.issueTypes, read)).flat();
  } catch (error) {
    // The document: 401 also for a user without permission. The project was read with the same credentials before.
    const refused = error instanceof MigratorError && REFUSED.has(error.code);
    if (refused) return undefined;
    throw error;
  }
}

const REFUSED: ReadonlySet<string> = new Set(['RequestRefused', 'CredentialsExpired']);

const found = z.looseObject({ issues: z.array(z.looseObject({ id: shapes.digits })) });
const possible = z.looseObject({
  transitions: z.array(
    z.looseObject({ id: shapes.id, name: nameText, looped: z.boolean().nullish(), to: shapes.status.nullish() }),
  ),
});

async function ofIssues({ exchange, base }: Asked, project: JiraProject): Promise<Sighting[]> {
  const path = `${base}/project/${segment(project.key)}/statuses`;
  const types = await exchange.read({ method: 'GET', path }, shapes.statusesByType);
  const places = types.flatMap(({ id, statuses }) => statuses.map((status) => ({ type: id, status })));
  const read = async ({ type, status }: (typeof places)[number]): Promise<Sighting[]> => {
    const jql = jqlText`project = ${project.id} AND issuetype = ${type} AND status = ${status.id} ORDER BY key ASC`;
    const search = base.endsWith('/3') ? 'search/jql' : 'search';
    const body = { jql, maxResults: 1, fields: ['status'] };
    const { issues } = await exchange.read({ method: 'POST', path: `${base}/${search}`, body }, found);
    const [issue] = issues;
    if (issue === undefined) return [];
    const at = `${base}/issue/${segment(issue.id)}/transitions`;
    const { transitions } = await exchange.read({ method: 'GET', path: at }, possible);
    const issueType = project.issueTypes.find(({ id }) => id === type)?.name ?? type;
    return transitions.map(({ id, name, looped, to }) => {
      const loops = looped ?? to?.id === status.id;
      return { id, name, ...(loops || !to ? {} : { to: to.name }), issueType };
    });
  };
  const seen = await atOnce(places, (place) => ifAllowed(read(place), []));
  return seen.flat();
}

/** Each once, with all issue types it was seen for. */
function combined(sightings: readonly Sighting[]): JiraTransition[] {
  // A transition to one status, seen from that status too, is none that goes back to where it began.
  const leading = new Map(sightings.flatMap((each) => (each.to === undefined ? [] : [[keyOf(each), each.to]])));
  const all = new Map<string, Omit<JiraTransition, 'issueTypes'> & { issueTypes: Set<string> }>();
  for (const sighting of sightings) {
    const { id, name, issueType, to = leading.get(keyOf(sighting)) } = sighting;
    const key = JSON.stringify([id, name, to]);
    const known = all.get(key) ?? { id, name, ...(to === undefined ? {} : { to }), issueTypes: new Set() };
    known.issueTypes.add(issueType);
    all.set(key, known);
  }
  return [...all.values()].map((each) => ({ ...each, issueTypes: [...each.issueTypes] }));
}

const keyOf = ({ id, name, issueType }: Sighting): string => JSON.stringify([id, name, issueType]);
