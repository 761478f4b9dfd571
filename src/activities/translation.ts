/** Reading what the translation needs (catalogues of both homes of each side), and translating; the rules are in src/mapping. */
import type { Synchronization } from '../backbone/types.ts';
import { MigratorError } from '../contract/errors.ts';
import type { Plan, Side } from '../contract/steps.ts';
import type { Instance } from '../jira/instance.ts';
import type { FieldOption } from '../jira/types.ts';
import { type Catalogue, type TranslationResult, translateConfiguration } from '../mapping/translate.ts';
import { factOf, planOf, type StepContext } from './context.ts';

type Homes = Pick<Plan, 'a' | 'b' | 'oldA' | 'oldB' | 'swapped'>;

/** Translates an exported configuration for the new homes of both sides, with the answers that people have given. */
export async function translateFor(
  context: StepContext,
  configuration: Synchronization,
  homes: Homes,
): Promise<TranslationResult> {
  const [newA, newB, oldA, oldB] = await Promise.all(
    [homes.a, homes.b, homes.oldA, homes.oldB].map((side) =>
      side.unread ? NOTHING_READ : readCatalogue(context.open(side.instance), side),
    ),
  );
  if (!newA || !newB || !oldA || !oldB) throw new MigratorError('Unexpected', 'a catalogue was not read.');
  const decided: Record<string, string> = { ...context.start.mapping };
  for (const [id, answer] of Object.entries(context.answers)) if (typeof answer === 'string') decided[id] = answer;
  return translateConfiguration({
    configuration,
    swapped: homes.swapped,
    sides: {
      first: catalogues(homes.oldA, oldA, homes.a, newA),
      second: catalogues(homes.oldB, oldB, homes.b, newB),
    },
    projectKeys: { first: homes.a.project, second: homes.b.project },
    decided,
  });
}

const catalogues = (oldSide: Side, oldOne: Catalogue, newSide: Side, newOne: Catalogue) => ({
  old: oldOne,
  new: newOne,
  sameInstance: oldSide.instance === newSide.instance,
  ...(newSide.unread ? { unread: true as const } : {}),
  oldInstance: oldSide.instance,
  newInstance: newSide.instance,
});

/** A partner that cannot be read did not move, so its ids stay without being looked up. */
const NOTHING_READ: Catalogue = { issueTypes: [], fields: [], options: {}, statuses: [], priorities: [] };

/** Everything of one project that a configuration can point at by id. */
export async function readCatalogue({ jira }: Instance, side: Side): Promise<Catalogue> {
  const project = await jira.project(side.project);
  if (!project) throw new MigratorError('RequestRefused', `project ${side.instance}/${side.project} is not visible.`);
  const [fields, statuses, priorities] = await Promise.all([
    jira.fields(),
    jira.statuses(side.project),
    jira.priorities(),
  ]);
  const options: Record<string, FieldOption[]> = {};
  for (const field of fields) {
    if (field.custom && HAS_OPTIONS.test(field.type)) options[field.id] = await jira.options(field.id, project.id);
  }
  return { issueTypes: project.issueTypes, fields, options, statuses, priorities };
}

/** Field types of Jira's own that have options, by the end of their identifier (`…:select`, `…:cascadingselect`). */
const HAS_OPTIONS = /:(select|multiselect|radiobuttons|multicheckboxes|cascadingselect)$/;

/** The new synchronization's configuration as it stands. */
export async function liveConfiguration(context: StepContext): Promise<Synchronization> {
  const { key } = factOf(context, 'created');
  const { a } = planOf(context);
  const found = await context.open(a.instance).backbone.synchronization(key);
  if (!found)
    throw new MigratorError('IdentityChanged', `${a.instance}/${key}, which this migration created, is gone.`);
  return found.value;
}
