/**
 * The new configuration, read against what the instance reports and what the translation wants. The rules are run again: an option
 * may have been deleted or made since they ran. What they know now is wanted now; what they do not know stays as it was, and is asked.
 */
import type { Synchronization } from '../../backbone/types.ts';
import type { AskedQuestion } from '../../contract/tasks.ts';
import { comparedPath, type Difference } from '../../mapping/compare.ts';
import { type NamedValue, namedValues } from '../../mapping/conflicts.ts';
import { nodeAt, parseDocument, renderDocument, setText, textOf } from '../../mapping/document.ts';
import { type DraftOperation, draftOperations } from '../../mapping/draft.ts';
import { parsedExactly } from '../../mapping/json.ts';
import { withOwnKeys } from '../../mapping/ownKeys.ts';
import {
  type MappingChange,
  type TranslatedPlace,
  type TranslationTask,
  translateText,
} from '../../mapping/translate.ts';
import { factOf, performerOf, planOf, type StepContext } from '../context.ts';
import type { PlanDocument } from '../planDocument.ts';
import { askMapping } from '../questions.ts';
import { liveConfiguration, storedConfiguration, translationTask } from '../translation.ts';
import { differencesOf, translatedConfiguration, translatedFile } from './deviations.ts';
import { type DraftSeen, seeDraft } from './draft.ts';

/** The artifact `corrections`: how every reference is translated since the configuration was corrected. */
export interface Corrections {
  v: 1;
  references: MappingChange[];
  changes: MappingChange[];
}

/** One reference that a conflict or a difference is about. */
export interface Concerned {
  /** As differences are told. */
  path: string;
  old: string;
  /** What the translation made of it when it was imported, and why, where that is recorded. */
  was: string;
  before?: MappingChange;
  /** What the rules say now; absent when they have no answer. */
  now?: MappingChange;
  question?: string;
  /** Whether the instance has what the rules say now; absent where that was not read. */
  present?: boolean;
}

export interface SeenConflict {
  /** As it came. */
  conflict: unknown;
  inDraft: boolean;
  /** What it names in the configuration. Of what the translation knows, more. */
  named: (NamedValue & { concerned?: Concerned })[];
}

export interface SeenDifference {
  difference: Difference;
  concerned?: Concerned;
}

export interface Seen {
  live: Synchronization;
  conflicts: SeenConflict[];
  differences: SeenDifference[];
  accepted: Difference[];
  draft?: DraftSeen;
  /** What a draft is to do, where we may: what the rules know now and nobody has changed by hand. */
  operations: DraftOperation[];
  /** The instance refused to publish a draft of ours. */
  refused: boolean;
  /** What the conflicts and differences leave to decide. */
  questions: AskedQuestion[];
  /** Renewed where the rules or answers say something else than before. */
  facts: { translated?: string; corrections?: string };
}

/** Reads everything that correcting needs. The catalogues are read only when something is not as it should be. */
export async function seeConfiguration(context: StepContext): Promise<Seen> {
  const { key } = factOf(context, 'created');
  const { backbone } = context.open(planOf(context).a.instance);
  const before = await translatedConfiguration(context);
  const [live, conflicts] = await Promise.all([liveConfiguration(context), backbone.conflicts(key)]);
  const first = await seeDraft(context, live, []);
  const inDraft = first.draft ? await backbone.draftConflicts(key) : [];
  const quiet = differencesOf(context, live, before);
  if (conflicts.length + inDraft.length + quiet.open.length === 0)
    return { ...first, live, conflicts: [], differences: [], accepted: quiet.accepted, ...NOTHING };

  const again = await translateAgain(context, before);
  const { open, accepted } = differencesOf(context, live, again.wanted);
  const base = context.facts.imported ? await storedConfiguration(context, context.facts.imported) : before;
  const operations = performerOf(context) === 'rest' ? draftOperations(live, again.wanted, base) : [];
  const concerned = await concernedIn(context, base, again);
  const seenIn = (configuration: Synchronization, list: readonly unknown[], isDraft: boolean): SeenConflict[] =>
    namedValues(configuration, list).map((named, n) => ({
      conflict: list[n],
      inDraft: isDraft,
      named: named.map((each) => ({ ...each, ...only('concerned', concerned.get(each.path)) })),
    }));
  const seen = {
    live,
    conflicts: [...seenIn(live, conflicts, false), ...(first.draft ? seenIn(first.draft.value, inDraft, true) : [])],
    differences: open.map((difference) => ({ difference, ...only('concerned', concerned.get(difference.path)) })),
    accepted,
    ...(await seeDraft(context, live, operations)),
    operations,
    facts: again.facts,
  };
  return { ...seen, questions: contestedQuestions(again, seen) };
}

const NOTHING = { operations: [], questions: [], facts: {} };

const only = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [Member in Name]?: Value };

interface Again {
  text: string;
  task: TranslationTask;
  wanted: Synchronization;
  places: TranslatedPlace[];
  facts: Seen['facts'];
}

/** Runs the rules on the exported configuration with what both instances have now, and with all answers. */
async function translateAgain(context: StepContext, before: Synchronization): Promise<Again> {
  const { artifacts } = context.store;
  const text = (await artifacts.getBytes(factOf(context, 'configuration'))).toString('utf8');
  const task = await translationTask(context, text, planOf(context));
  const { places, references, changes, ...translation } = translateText(text, task);
  const former = withFormerValues(translation.text, before, places);
  if (former === undefined) return { text, task, places, wanted: before, facts: {} };
  const renewed = withOwnKeys(former, factOf(context, 'created'));
  const translated = await artifacts.put(Buffer.from(renewed), 'application/json');
  if (translated === (await translatedFile(context))) return { text, task, places, wanted: before, facts: {} };
  const corrections = await artifacts.putJson({ v: 1, references, changes } satisfies Corrections);
  return { text, task, places, wanted: parsedExactly(renewed) as Synchronization, facts: { translated, corrections } };
}

/** What no rule has an answer for keeps what it was translated to. `undefined` where that cannot be put there. */
function withFormerValues(text: string, before: Synchronization, places: readonly TranslatedPlace[]) {
  const open = places.filter(({ found }) => found === undefined);
  if (open.length === 0) return text;
  const document = parseDocument(text);
  const former = parseDocument(JSON.stringify(before));
  for (const { at, renamed } of open) {
    const [node, value] = [nodeAt(document.root, at), textOf(nodeAt(former.root, at))];
    if (renamed || !node || value === undefined) return undefined;
    setText(node, value);
  }
  return renderDocument(document);
}

/** Every reference by the paths under which it stands in the configuration that was imported, and in the one that is wanted. */
async function concernedIn(
  context: StepContext,
  base: Synchronization,
  { wanted, places }: Again,
): Promise<Map<string, Concerned>> {
  const { root } = parseDocument(JSON.stringify(base));
  const recorded = new Map((await recordedReferences(context)).map((each) => [`${each.path} ${each.new}`, each]));
  return new Map(
    places
      .filter(({ renamed }) => !renamed)
      .flatMap(({ at, path: id, old, found, question, present }) => {
        const path = comparedPath(base, at);
        const was = textOf(nodeAt(root, at)) ?? old;
        const concerned: Concerned = {
          path,
          old,
          was,
          ...only('before', recorded.get(`${id} ${was}`)),
          ...only('now', found),
          ...only('question', question),
          ...only('present', present),
        };
        return [path, comparedPath(wanted, at)].map((one): [string, Concerned] => [one, concerned]);
      }),
  );
}

/** As planned, and as corrected since. */
async function recordedReferences(context: StepContext): Promise<MappingChange[]> {
  const { corrections } = context.facts;
  const { artifacts } = context.store;
  const { references, changes } = await artifacts.getJson<PlanDocument>(planOf(context).artifact);
  const since = corrections ? (await artifacts.getJson<Corrections>(corrections)).references : [];
  return [...(references ?? changes), ...since];
}

/**
 * The mapping questions behind what is open: without an answer they are asked as ever, with one they are asked again, since the
 * instance or somebody's hand speaks against it.
 */
function contestedQuestions(
  { text, task }: Again,
  { conflicts, differences }: Pick<Seen, 'conflicts' | 'differences'>,
): AskedQuestion[] {
  const against = new Map<string, string>();
  for (const { value, concerned } of conflicts.flatMap(({ named }) => named)) {
    if (!concerned?.question) continue;
    // What the rules answer otherwise needs no question; of what is there the conflict says something else.
    if (concerned.now && (concerned.now.new !== value || concerned.present)) continue;
    against.set(concerned.question, `a conflict is reported at ${concerned.path}, where ${value} stands`);
  }
  for (const { difference, concerned } of differences) {
    if (!concerned?.question || typeof difference.live !== 'string') continue;
    against.set(concerned.question, `${difference.live} stands at ${concerned.path}`);
  }
  const { questions } = translateText(text, { ...task, contested: new Map([...(task.contested ?? []), ...against]) });
  const open = questions.filter(({ id }) => against.has(id));
  return askMapping(open.map((question) => ({ ...question, optional: true })));
}
