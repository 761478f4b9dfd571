/**
 * Whether a synchronization is there. One 404 proves nothing: a node that is behind says it of what is new, a gateway of everything.
 * Absent is what Backbone's own list, properly answered, does not have, again and again for as long as a node may be behind.
 */
import type { NotRead, Synchronization, SynchronizationStatus } from '../backbone/types.ts';
import { MigratorError } from '../contract/errors.ts';
import type { Instance } from '../jira/instance.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { pause } from './pause.ts';
import { identityDifferences, identityOf, interpretStatus, type Reading, readStatus } from './reading.ts';

/**
 * `project`: its project on that instance, by which the list is asked for. Absent where none is there: the project has moved away from
 * where its synchronization is configured. Then the whole list is read.
 */
export interface Whereabouts {
  instance: string;
  project?: string;
  key: string;
}

/** Configuration and status of one that is there. */
export interface PresentReading extends Reading {
  value: Synchronization;
  bytes: Uint8Array;
}

export type Presence = ({ state: 'present' } & PresentReading) | { state: 'absent' } | NotRead;

type Reader = Pick<StepContext, 'open' | 'config'>;

/** What has answered so far: one node may know it by its key, another its status. */
interface Parts {
  found?: { value: Synchronization; bytes: Uint8Array };
  status?: SynchronizationStatus;
}

/**
 * By its key, its status and the list: `absent` when none of the three has it, `notRead` when they contradict each other. A node that
 * is behind says `absent` as well: `readPresence`.
 */
export async function look(
  { open }: Pick<StepContext, 'open'>,
  where: Whereabouts,
  parts: Parts = {},
): Promise<Presence> {
  const instance = open(where.instance);
  const { backbone, config } = instance;
  const found = await backbone.synchronization(where.key);
  const status = await backbone.status(where.key);
  if (found.state === 'present') parts.found = found;
  if (status.state === 'present') parts.status = status.value;
  if (parts.found && parts.status) {
    return { state: 'present', ...parts.found, ...interpretStatus(parts.status, config.backbone) };
  }
  const listed = (await backbone.synchronizations(where.project)).some(
    ({ integrationKey }) => integrationKey === where.key,
  );
  if (listed || parts.found || parts.status) {
    const answers = [found, status].flatMap((answer) => (answer.state === 'notRead' ? [answer.why] : []));
    const why = `${nameOf(where)}: ${answers.join(', ')}, and the list ${where.project ? `of ${where.project} ` : ''}${listed ? 'has it' : 'lacks it'}`;
    return { state: 'notRead', why };
  }
  if (where.project && !(await mayAdminister(instance, where.project))) {
    const why = `${nameOf(where)}: our user does not administer ${where.project} any more, so Backbone may hide it`;
    return { state: 'notRead', why };
  }
  return { state: 'absent' };
}

/** Backbone shows a synchronization to those who administer its project. */
async function mayAdminister({ jira }: Instance, project: string): Promise<boolean> {
  const granted = await jira.permissions(project, ['ADMINISTER_PROJECTS', 'ADMINISTER']);
  return granted.ADMINISTER_PROJECTS === true || granted.ADMINISTER === true;
}

/** As soon as it is there; else what was read of it for `timing.staleness`. */
export async function readPresence(context: Reader, where: Whereabouts): Promise<Presence> {
  const { outgoingInterval, staleness } = context.config.timing;
  const end = performance.now() + staleness;
  const parts: Parts = {};
  let contradiction: NotRead | undefined;
  for (;;) {
    const seen = await look(context, where, parts);
    if (seen.state === 'present') return seen;
    if (seen.state === 'notRead') contradiction = seen;
    if (performance.now() >= end) return contradiction ?? seen;
    await pause(Math.max(1, Math.min(outgoingInterval, end - performance.now())));
  }
}

/**
 * Whether all that is read of it for `timing.staleness` says stopped: a node that is behind says so of one that was started since.
 * `during`: milliseconds, where the rest of that time is read otherwise.
 */
export const readsStopped = (
  context: Reader,
  where: Whereabouts,
  during = context.config.timing.staleness,
): Promise<boolean> => readsAs(context, where, 'stopped', during);

/** The same of running. */
export const readsRunning = (
  context: Reader,
  where: Whereabouts,
  during = context.config.timing.staleness,
): Promise<boolean> => readsAs(context, where, 'running', during);

/** One look that says otherwise is enough. */
async function readsAs(
  context: Reader,
  where: Whereabouts,
  what: 'stopped' | 'running',
  during: number,
): Promise<boolean> {
  const { outgoingInterval } = context.config.timing;
  for (const end = performance.now() + during; ; await pause(outgoingInterval)) {
    // One request a look: of several in a fixed order a balancer would send each kind to the same node every time.
    const now = await readStatus(context.open(where.instance), where.key);
    if (now.state !== 'present') mustBePresent(await readPresence(context, where), where);
    else if (!now[what]) return false;
    else if (performance.now() >= end) return true;
  }
}

/** Throws `NotRead` where nobody can tell. */
export function isGone(seen: Presence): boolean {
  switch (seen.state) {
    case 'present':
      return false;
    case 'absent':
      return true;
    case 'notRead':
      throw new MigratorError('NotRead', `${seen.why}.`);
  }
}

/** What has to be there. Throws `GoneUnseen` where it is proved absent, `NotRead` where nobody can tell. */
export function mustBePresent(seen: Presence, where: Whereabouts): PresentReading {
  if (seen.state === 'present') return seen;
  isGone(seen);
  throw new MigratorError('GoneUnseen', `${nameOf(where)}, and no write of this migration deleted it.`);
}

export const nameOf = ({ instance, key }: Pick<Whereabouts, 'instance' | 'key'>): string => `${instance}/${key}`;

export function originalPlace(context: StepContext): Whereabouts {
  const { original, oldSides } = planOf(context);
  const { instance, key } = original;
  const side = oldSides.find((each) => each.instance === instance);
  return { instance, key, ...(side ? { project: side.project } : {}) };
}

/** The recorded original as it stands now; throws `IdentityChanged` when something else answers under its key. */
export async function readOriginal(context: StepContext): Promise<Presence> {
  return checked(context, await readPresence(context, originalPlace(context)));
}

/** By one look: enough where our own delete was answered. */
export const isOriginalGoneNow = async (context: StepContext): Promise<boolean> =>
  isGone(await checked(context, await look(context, originalPlace(context))));

/** The same where it has to be there. */
export const readPresentOriginal = async (context: StepContext): Promise<PresentReading> =>
  mustBePresent(await readOriginal(context), originalPlace(context));

/** Right before something rests on it; `undefined` when it is gone. */
export async function originalNow(context: StepContext): Promise<PresentReading | undefined> {
  return unlessGone(await readOriginal(context));
}

const unlessGone = (seen: Presence): PresentReading | undefined =>
  seen.state === 'present' ? seen : void isGone(seen);

async function checked(context: StepContext, seen: Presence): Promise<Presence> {
  if (seen.state !== 'present') return seen;
  const { original } = planOf(context);
  const differences = identityDifferences(original, await identityOf(context.open(original.instance), seen.value));
  if (differences.length === 0) return seen;
  throw new MigratorError('IdentityChanged', `${nameOf(original)}: ${differences.join('; ')}.`);
}

/** A synchronization on the instance of the new one. */
export function newPlace(context: StepContext, key: string): Whereabouts {
  const { instance, project } = planOf(context).a;
  return { instance, project, key };
}

/** The new one, which has to be there. */
export async function readPresentCreated(context: StepContext): Promise<PresentReading> {
  const where = newPlace(context, factOf(context, 'created').key);
  return mustBePresent(await readPresence(context, where), where);
}

/** Right before something rests on it; `undefined` when it is gone. */
export const createdNow = async (context: StepContext, key: string): Promise<PresentReading | undefined> =>
  unlessGone(await readPresence(context, newPlace(context, key)));
