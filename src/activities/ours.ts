/**
 * The new synchronization and our record of it. Ours is what carries this migration's mark, or what a person took for it by name;
 * both stand in the claim. What stands there is never gone because nobody reads it: somebody says so, or our own delete did it.
 */
import type { Synchronization } from '../backbone/types.ts';
import type { LedgerEntry } from '../contract/ledger.ts';
import type { Blocked, CheckResult } from '../contract/steps.ts';
import type { AskedQuestion } from '../contract/tasks.ts';
import { globalName, jiraOf } from '../jira/identity.ts';
import { Intents, switchedBy, tookEffect } from '../store/intents.ts';
import { administratorOf, factOf, planOf, type StepContext, sideName, taskFor } from './context.ts';
import { isGone, look, nameOf, newPlace, type PresentReading, readPresence, type Whereabouts } from './presence.ts';
import { answerTo, ask } from './questions.ts';
import { identityDifferences, ownIdentity, synchronizationsBetween } from './reading.ts';

/** Stands in the description of what this migration created: only what carries it may ever be deleted by a rollback. */
export const runMarker = ({ holder }: Pick<StepContext, 'holder'>): string => `[backbone-migrator ${holder.migration}]`;

const ANY_MARK = /\[backbone-migrator m-[0-9a-f]+\]/g;

export const isMarked = (context: StepContext, { description = '' }: Synchronization): boolean =>
  description.includes(runMarker(context));

/** Whatever else it carries. */
export const isOfAnotherMigration = (context: StepContext, { description = '' }: Synchronization): boolean =>
  (description.match(ANY_MARK) ?? []).some((mark) => mark !== runMarker(context));

const onRecord = ({ claim }: StepContext, name: string): boolean => claim.created.includes(name);

export const isOurs = (context: StepContext, value: Synchronization): boolean =>
  !isStranger(context, value) &&
  (isMarked(context, value) || onRecord(context, nameOf(newPlace(context, value.integrationKey))));

/** Under the key of ours stands what was created at another time, or has other connectors: a database that was restored gives keys again. */
export function isStranger({ facts: { created } }: StepContext, value: Synchronization): boolean {
  if (created?.key !== value.integrationKey) return false;
  return identityDifferences(created, { ...created, ...ownIdentity(value) }).length > 0;
}

/** Before anything else is done with it: whoever comes after knows that it is ours, though nobody lists it. */
export async function recordOurs(context: StepContext, key: string): Promise<void> {
  const name = nameOf(newPlace(context, key));
  if (onRecord(context, name)) return;
  const what = globalName(await jiraOf(context.open(planOf(context).a.instance)), key);
  await context.store.claims.addCreated(context.holder, name, what);
  context.claim = { ...context.claim, created: [...context.claim.created, name] };
}

export interface NewOne extends PresentReading {
  key: string;
}

export interface NewOnes {
  /** On our record, or listed between both projects; each was read by its key. */
  there: NewOne[];
  /** On our record, and not there, though nobody here deleted it. */
  unexplained: Unexplained[];
}

interface Unexplained {
  key: string;
  /** What stands under its key: a stranger proves nothing about the one on our record. */
  instead: keyof typeof READ_INSTEAD;
}

/** All that stands between both projects of the new one. Throws `NotRead` where nobody can tell of one. */
export async function newOnes(context: StepContext): Promise<NewOnes> {
  const { a } = planOf(context);
  const listed = (await synchronizationsBetween(context, planOf(context))).map((one) => one.integrationKey);
  const recorded = context.claim.created
    .filter((name) => name.startsWith(`${a.instance}/`))
    .map((name) => name.slice(a.instance.length + 1));
  // Those about an earlier one, too.
  const entries = await context.known.all();
  const effective = new Intents(entries).all().filter(tookEffect);
  const result: NewOnes = { there: [], unexplained: [] };
  for (const key of new Set([...recorded, ...listed])) {
    const where = newPlace(context, key);
    // What our record says is gone needs no proof, and what is there all the same is seen.
    const known = isRecordedGone(
      entries,
      effective.map(({ entry }) => entry),
      nameOf(where),
    );
    const seen = known ? await look(context, where) : await readPresence(context, where);
    const another = seen.state === 'present' && context.input.undoing === true && isStranger(context, seen.value);
    if (seen.state === 'present' && (!another || known || (await isConfirmedGone(context, key))))
      result.there.push({ ...seen, key });
    else if ((another || isGone(seen)) && !known && recorded.includes(key) && !(await isConfirmedGone(context, key)))
      result.unexplained.push({ key, instead: another ? 'stranger' : 'nothing' });
  }
  return result;
}

/** Deleted by us, or said to be gone; and nothing was done with it since. */
function isRecordedGone(entries: readonly LedgerEntry[], effective: readonly LedgerEntry[], name: string): boolean {
  const gone = entries.findLast(
    (entry) =>
      entry.subject.gone === name ||
      (isWriteTo(entry, name) && entry.subject.method === 'DELETE' && effective.some(({ n }) => n === entry.n)),
  );
  return gone !== undefined && gone.n >= (lastWriteTo(entries, name)?.n ?? 0);
}

/** To the synchronization itself, not to a draft of it. */
function isWriteTo({ kind, subject }: LedgerEntry, name: string): boolean {
  if (kind !== 'intent') return false;
  const [, key = ''] = /^\/integrations\/([^/]+)(?:\/(?:start|stop))?$/.exec(String(subject.path)) ?? [];
  return key !== '' && nameOf({ instance: String(subject.instance), key: decodeURIComponent(key) }) === name;
}

const lastWriteTo = (entries: readonly LedgerEntry[], name: string): LedgerEntry | undefined =>
  entries.findLast((entry) => isWriteTo(entry, name));

/** The newest of our starts and stops of it that took effect: a node that is behind may still have what was before. */
export async function lastSwitch({ known }: StepContext, where: Whereabouts): Promise<'start' | 'stop' | undefined> {
  const switches = new Intents(await known.all())
    .all()
    .filter((intent) => tookEffect(intent) && isWriteTo(intent.entry, nameOf(where)));
  return switches.map(({ entry }) => switchedBy(entry)).findLast((way) => way !== undefined);
}

/** Its id is that of its task, which no other task has. */
export const CONFIRM_GONE = 'confirmGone';

/** A person was asked to delete it, or says that somebody has: recorded, so that it is asked once. */
async function isConfirmedGone(context: StepContext, key: string): Promise<boolean> {
  const entries = await context.known.all();
  const said = answerTo(context, goneQuestion(context, entries, key)) !== undefined;
  const asked = entries.some(
    ({ kind, subject: { step, undo, task } }) =>
      kind === 'step' && step === 'createSynchronization' && undo === true && task === 'createSynchronization',
  );
  if (!said && !asked) return false;
  const name = nameOf(newPlace(context, key));
  await context.store.ledger.append(context.holder, {
    kind: 'step',
    subject: { step: context.step, result: 'gone', basis: said ? 'attested' : 'read', gone: name },
  });
  return true;
}

/** About what our record said of it: whatever is done with it afterwards, another question is asked. */
function goneQuestion(context: StepContext, entries: readonly LedgerEntry[], key: string): AskedQuestion {
  const name = nameOf(newPlace(context, key));
  return ask({
    id: CONFIRM_GONE,
    text: `Did somebody delete ${name}?`,
    choices: [{ value: 'gone', label: `Yes: ${key} was deleted, on all nodes` }],
    shows: [name, lastWriteTo(entries, name)?.n ?? 0],
  });
}

/** What was read in the place of one on our record. */
const READ_INSTEAD = {
  nothing: {
    missing: 'is not listed any more, and this migration did not delete it',
    seen: 'It is neither listed nor found by its key, on every look.',
    there:
      'If it is there, restart or repair the node that does not have it. The migration goes on as soon as it is read.',
    gone: 'If somebody deleted it, say so.',
  },
  stranger: {
    missing: 'is another synchronization than the one that this migration has on record',
    seen: 'Another one stands under its key: it was created at another time, or has other connectors.',
    there:
      'If the one on record is there on any node, restart or repair the others. The migration goes on as soon as it is read.',
    gone: 'If the one on record was deleted, say so. What becomes of the other one is asked next.',
  },
};

/** Our record has it, and nobody reads it: a person says what became of it, or it is read again. */
export async function askGone(context: StepContext, [first]: Unexplained[]): Promise<CheckResult> {
  const { a, b } = planOf(context);
  const { key, instead } = first ?? { key: '', instead: 'nothing' };
  const name = nameOf(newPlace(context, key));
  const question = goneQuestion(context, await context.known.all(), key);
  const { missing, seen, there, gone } = READ_INSTEAD[instead];
  const task = () => ({
    ...taskFor(context, {
      title: `Find out what became of ${name}`,
      why: `This migration has it on record as the new synchronization of ${sideName(a)} and ${sideName(b)}. ${seen} If it still runs, starting the original duplicates issues.`,
      who: administratorOf(a),
      clicks: [`Open Backbone on ${a.instance}, on every node if it is a cluster, and look for ${key}.`, there, gone],
      waitingFor: `${name} is read again.`,
      questions: [question],
    }),
    id: CONFIRM_GONE,
  });
  return { state: 'notDone', missing: [`${name} ${missing}`], next: 'person', asks: CONFIRM_GONE, task };
}

/** Right before the original is started: nothing between both projects runs, and nothing on our record is unaccounted for. */
export async function allAtRest(context: StepContext): Promise<boolean> {
  const { there, unexplained } = await newOnes(context);
  return unexplained.length === 0 && there.every(({ stopped }) => stopped);
}

/** Another one beside the new one: both would carry every change. Looked for at every step that is done to it. */
export async function anotherOne(context: StepContext): Promise<Blocked | undefined> {
  const { key } = factOf(context, 'created');
  const between = await synchronizationsBetween(context, planOf(context));
  const others = between.map(({ integrationKey }) => integrationKey).filter((other) => other !== key);
  return others.length === 0 ? undefined : twoCreated(context, [key, ...others]);
}

export function twoCreated(context: StepContext, keys: string[]): Blocked {
  const { a, b } = planOf(context);
  return {
    state: 'blocked',
    code: 'TwoCreated',
    reason: `There are ${keys.length} synchronizations between ${sideName(a)} and ${sideName(b)}: ${keys.join(', ')}. Running together they duplicate issues.`,
    remedy: `Find out who made them, delete the ones that are not wanted on ${a.instance}, then send retry.`,
    items: keys.toSorted(),
  };
}
