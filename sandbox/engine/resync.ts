/** Resync: the chosen issues say again what they contain, in the chosen field mappings. */
import type { Side, Synchronization } from '../backbone/model.ts';
import { instanceOfSide, syncUserOf } from '../backbone/status.ts';
import { asObject, textOf } from '../http/json.ts';
import { Refusal } from '../http/router.ts';
import { findIssues } from '../jql/evaluate.ts';
import { JqlError } from '../jql/tokens.ts';
import type { Instance, Issue, World } from '../world/model.ts';
import { filterOf, readerFor } from './detect.ts';
import { post, typeIsCarried, wholeContent } from './message.ts';

/** The documented ones; more may exist. */
const MEMBERS = ['jql', 'fieldMappings', 'responsibility', 'sendStatusField'];

/** Queues the messages and returns; throws a Refusal for an entity that is not valid. */
export function requestResync(world: World, one: Synchronization, side: Side, entity: unknown, by: string): void {
  const body = asObject(entity);
  const { fieldMappings } = body;
  const odd = Object.keys(body).find((member) => !MEMBERS.includes(member));
  if (odd !== undefined && world.switches.resyncRefusesUnknown) throw new Refusal(400, `Unrecognized field "${odd}"`);
  if (!Array.isArray(fieldMappings)) throw new Refusal(400, 'fieldMappings is required');
  const known = new Set(one.configuration.fieldMappings.map((mapping) => mapping.id));
  const unknown = fieldMappings.find((id) => !known.has(id));
  if (unknown !== undefined) throw new Refusal(400, `Field mapping ${unknown} does not exist`);
  if (!one.running && !world.switches.resyncWhileStopped) throw new Refusal(409, 'The synchronization is not running');
  const instance = instanceOfSide(world, one, side);
  if (!instance) throw new Refusal(409, 'The connector is offline');
  const issues = chosen(world, one, side, instance, textOf(body, 'jql') ?? '');
  const mappings = new Set(fieldMappings.map(String));
  let created = 0;
  for (const issue of issues) {
    const entry = side.entries.get(issue.key);
    if (entry) {
      const sends = body.sendStatusField ?? world.switches.sendStatusFieldDefault;
      const status = sends === true ? 'force' : 'no';
      const comments = world.switches.resyncCarriesComments;
      post(world, side, issue, 'resync', wholeContent(world, one, side, issue, { mappings, entry, comments, status }));
    } else if (
      world.switches.resyncCreatesUnpaired &&
      typeIsCarried(one, side, issue) &&
      !side.creating.has(issue.key)
    ) {
      created += 1;
      post(world, side, issue, 'create', wholeContent(world, one, side, issue, { comments: true, status: 'yes' }));
    }
  }
  const detail = {
    integrationKey: one.key,
    connectorKey: side.connectorKey,
    fieldMappings,
    jql: textOf(body, 'jql') ?? null,
    issues: issues.length,
    created,
  };
  world.record.add({ kind: 'effect', instance: one.home, user: by, what: 'resync requested', detail });
}

/** The entity's JQL, combined with the filter of the synchronization. */
function chosen(world: World, one: Synchronization, side: Side, instance: Instance, jql: string): Issue[] {
  const project = `project = "${side.projectKey}"`;
  const inScope = filterOf(world, one, side, instance);
  try {
    const found = findIssues(jql.trim() === '' ? project : jql, readerFor(world, instance, syncUserOf(side)));
    return found.filter((issue) => issue.projectKey === side.projectKey && !issue.archived && inScope(issue));
  } catch (error) {
    if (error instanceof JqlError) throw new Refusal(400, error.message);
    throw error;
  }
}
