/** Whose the original is, and which Jiras this is about: not another migration's, and none of them under two names. */
import { ERRORS, MigratorError } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/steps.ts';
import { globalName, jiraOf, sameJiras, sameJiraText } from '../../jira/identity.ts';
import type { StepContext } from '../context.ts';
import { namedInstances, type Sides } from './sides.ts';

/**
 * Holds the original as its own Jira names itself, since two names in the configuration may mean that one. `key` is as it was read.
 * What was held once stays held: also where the base URL is set to another one meanwhile.
 */
export async function heldByAnother(context: StepContext, key: string): Promise<Refusal[]> {
  const { instance, synchronization } = context.start.original;
  const name = `${instance}/${synchronization}`;
  try {
    for (const what of [name, globalName(await jiraOf(context.open(instance)), key)])
      await context.store.claims.hold(context.holder, name, what);
    return [];
  } catch (error) {
    if (!(error instanceof MigratorError && error.code === 'ClaimHeld')) throw error;
    const { sentence, remedy } = ERRORS.ClaimHeld;
    const reason = error.message.slice(sentence.length + 2, -remedy.length - 1);
    return [{ code: error.code, reason, remedy, items: [name] }];
  }
}

/** What is one Jira cannot be told apart by its names: the new one would be looked for beside the original, A beside B. */
export async function oneJiraTwoNames(context: StepContext, sides: Sides | undefined): Promise<Refusal[]> {
  const found = sides ? [...sides.oldSides, sides.a, sides.b].map(({ instance }) => instance) : [];
  const identities = new Map<string, string>();
  // What is not configured is refused as such.
  for (const name of new Set([...namedInstances(context.start), ...found]))
    if (context.config.instances[name]) identities.set(name, await jiraOf(context.open(name)));
  return sameJiras(identities).map((same) => ({
    code: 'SameJira',
    reason: sameJiraText(same),
    remedy: 'Name that Jira by one of them in the start object, and take the others out of the configuration.',
    items: same.names,
  }));
}
