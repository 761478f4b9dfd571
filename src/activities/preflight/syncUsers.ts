/**
 * What travels on. A sync user's own changes are never carried (documented), so what one synchronization writes into a project goes on
 * through another one of that project only where the two act as different users. Another sync user than the original's thus changes
 * what reaches whom, in either direction, without anybody having touched a configuration.
 */
import type { Connector, Synchronization } from '../../backbone/types.ts';
import { MigratorError } from '../../contract/errors.ts';
import type { Plan, Side } from '../../contract/steps.ts';
import type { AskedQuestion } from '../../contract/tasks.ts';
import { jiraAt } from '../../jira/identity.ts';
import { type StepContext, sideName } from '../context.ts';
import { instanceAt } from '../instanceAt.ts';
import { ask, unanswered } from '../questions.ts';
import { syncUsersOf } from '../reading.ts';
import { type Acting, type Beside, type Travel, travelChanges } from './travel.ts';

/** The question. It has no colon, so that the decision lists its answer among the accepted risks. */
const SYNC_USERS = 'syncUsers';

type Sides = Pick<Plan, 'a' | 'b' | 'oldA' | 'swapped'>;

interface Surroundings {
  a: Beside[];
  b: Beside[];
  oldA: Beside[];
  /** Where Backbone does not say what there is. */
  unlisted: string[];
}

/** Before the creation: asked, as far as it is known whom the new one will act as, and said as far as it is not. */
export async function syncUsersToBe(
  context: StepContext,
  sides: Sides,
  original: Synchronization,
  createdBy: 'rest' | 'person' | 'read',
): Promise<{ questions: AskedQuestion[]; findings: string[] }> {
  const found = await surroundings(context, sides, [`${context.start.original.instance}/${original.integrationKey}`]);
  const before = syncUsersOf(original, sides);
  const userOn = async ({ instance }: Side) =>
    (createdBy === 'rest' && (await context.open(instance).syncUser())) || '';
  const after = { a: await userOn(sides.a), b: await userOn(sides.b) };
  return {
    questions: questionOf(travelChanges(sides, found, before, after)),
    findings: [...unlistedText(found), ...unknownText(found, before, after)],
  };
}

/** Of the one that was created: `undefined` when it changes nothing, or just what was accepted. */
export async function syncUsersAsked(
  context: StepContext,
  plan: Plan,
  original: Synchronization,
  created: Synchronization,
): Promise<AskedQuestion | undefined> {
  const except = [
    `${plan.original.instance}/${original.integrationKey}`,
    `${plan.a.instance}/${created.integrationKey}`,
  ];
  const found = await surroundings(context, plan, except);
  const [asked] = unanswered(
    context,
    questionOf(travelChanges(plan, found, syncUsersOf(original, plan), syncUsersOf(created))),
  );
  return asked;
}

/** Answered or not. */
function questionOf(changes: Travel[]): AskedQuestion[] {
  if (changes.length === 0) return [];
  const what = changes.map(({ text }) => text).join(' ');
  return [
    ask({
      id: SYNC_USERS,
      text: `The new synchronization acts as other users than the original, beside other synchronizations of the same projects. ${what} Is that right?`,
      choices: [{ value: 'accept', label: 'Yes: that is how it is to be' }],
      shows: changes.map(({ text }) => text).sort(),
    }),
  ];
}

const unlistedText = ({ unlisted }: Surroundings): string[] =>
  unlisted.length === 0
    ? []
    : [
        `The synchronizations of ${unlisted.join(', ')} cannot be listed, so it is not known whether changes travel on there, nor whether that changes.`,
      ];

function unknownText({ a, b }: Surroundings, before: Acting, after: Acting): string[] {
  const unknown = (['a', 'b'] as const).flatMap((side) => {
    const beside = { a, b }[side];
    return before[side] === '' || after[side] === '' ? beside : beside.filter(({ user }) => user === '');
  });
  if (unknown.length === 0) return [];
  const keys = [...new Set(unknown.map(({ name }) => name))].join(', ');
  return [
    `Whether changes travel on through ${keys} depends on the sync users, which are not all known yet; it is compared when the new one has been created.`,
  ];
}

/** All synchronizations beside these two, on the projects of both, as far as the instances of this migration list them. */
async function surroundings(
  context: StepContext,
  { a, b, oldA }: Sides,
  except: readonly string[],
): Promise<Surroundings> {
  const unlisted = new Set<string>();
  const sides = [a, b, oldA];
  const own = sides.map(sideName);
  const beside = async (side: Side): Promise<Beside[]> => {
    const found: Beside[] = [];
    for (const home of new Set([side, oldA, a, b].map(({ instance }) => instance))) {
      const listed = await listOf(context, home, side.project);
      // Only its own instance has to know a project.
      if (!listed && home === side.instance) unlisted.add(sideName(side));
      for (const one of listed ?? []) {
        const name = `${home}/${one.integrationKey}`;
        if (except.includes(name)) continue;
        for (const [here, there] of [
          [one.firstConnector, one.secondConnector],
          [one.secondConnector, one.firstConnector],
        ] as const) {
          if (here.projectKey !== side.project) continue;
          if ((await instanceAt(context, here, sides))?.name !== side.instance) continue;
          const end = await endOf(context, there, sides);
          if (!own.includes(end)) found.push({ name, user: userOf(here), end });
        }
      }
    }
    return found;
  };
  return { a: await beside(a), b: await beside(b), oldA: await beside(oldA), unlisted: [...unlisted] };
}

const userOf = ({ connection }: Connector): string => connection?.application?.user ?? '';

/** `undefined` where nobody may ask: no access, no Backbone, or not ours to see. */
async function listOf(context: StepContext, home: string, project: string): Promise<Synchronization[] | undefined> {
  const { config, backbone } = context.open(home);
  if (config.access === 'none') return undefined;
  try {
    return await backbone.synchronizations(project);
  } catch (error) {
    const refused = error instanceof MigratorError && (error.code === 'RequestRefused' || error.code === 'LoginPage');
    if (refused && [400, 403, 404].includes(error.status ?? 0)) return undefined;
    throw error;
  }
}

/** By its name in the configuration where that is known without asking strangers, else by its address. */
async function endOf(context: StepContext, connector: Connector, sides: readonly Side[]): Promise<string> {
  const known = await instanceAt(context, connector, sides);
  return `${known?.name ?? jiraAt(connector.connection?.application?.baseUrl ?? '')}/${connector.projectKey}`;
}
