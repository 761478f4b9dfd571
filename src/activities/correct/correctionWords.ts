/** What a person reads of conflicts and differences: as they came, what is known of them, and where to click. */
import { listed } from '../../contract/text.ts';
import { sameConfiguration } from '../../mapping/compare.ts';
import { tabOf } from '../../mapping/conflicts.ts';
import type { Concerned, Seen, SeenConflict, SeenDifference } from './correcting.ts';
import { shown } from './deviations.ts';

/** A line each, for the status and for whoever is told why it is not done. */
export const whatIsMissing = ({ conflicts, differences, draft }: Seen): string[] => [
  ...conflicts.map(({ conflict, inDraft }) => `conflict${inDraft ? ' in the draft' : ''}: ${JSON.stringify(conflict)}`),
  ...differences.map(({ difference: { path } }) => `differs from the translated configuration: ${path}`),
  ...(draft ? [`a draft ${draft.ours ? 'of this migration' : 'that somebody left'} is open`] : []),
];

/** A task travels through the workflow's history; the file of the task has all of it. */
const MOST = 30;

export function howToCorrect(seen: Seen, where: string): string[] {
  const { conflicts, differences, draft, operations, refused } = seen;
  const items = [...conflicts.map((one) => conflictWords(one)), ...differences.map((one) => differenceWords(one))];
  return [
    ...(draft && !draft.ours ? [draftWords(seen, where)] : []),
    ...(refused && operations.length > 0
      ? [
          `A draft with what is known was refused when it was to be published, and was discarded. Correct the rest and send retry, or put all of it there by hand.`,
        ]
      : []),
    `Open ${where} and look through every tab for yellow warnings.`,
    ...items.slice(0, MOST),
    ...(items.length > MOST ? [`And ${items.length - MOST} more: the second file of this task has all of them.`] : []),
  ];
}

/** Publishing it would change the configuration under us, so it is said what is in it. */
function draftWords({ live, draft }: Seen, where: string): string {
  const { differences } = draft ? sameConfiguration(draft.value, live) : { differences: [] };
  const changes = differences.length === 0 ? 'It changes nothing.' : `It changes ${listed(differences, 8).join(', ')}.`;
  return `Somebody left a draft of ${where}. ${changes} Ask whose it is. Discard it, or publish it when its changes are right: they are then asked about here. Nothing else is changed while it is open.`;
}

function conflictWords({ conflict, inDraft, named }: SeenConflict): string {
  const text = typeof conflict === 'string' ? conflict : JSON.stringify(conflict);
  const where = inDraft ? 'The draft reports' : 'The instance reports';
  const tabs = [...new Set(named.flatMap(({ path }) => tabOf(path) ?? []))];
  const tab = tabs.length === 1 ? ` Tab ${tabs[0]}.` : '';
  if (named.length === 0) return `${where}: ${text} What it is about is not known here.`;
  const about = named
    .slice(0, MOST_NAMED)
    .map(({ path, value, concerned }) =>
      concerned
        ? concernedWords(concerned, value)
        : `${value} stands at ${path}, and does not come from the translation.`,
    );
  return `${where}: ${text}${tab} ${about.join(' ')}${named.length > MOST_NAMED ? ` It names ${named.length - MOST_NAMED} more.` : ''}`;
}

const MOST_NAMED = 4;

function differenceWords({ difference: { path, live, wanted }, concerned }: SeenDifference): string {
  const tab = tabOf(path);
  const where = tab === undefined ? '' : `Tab ${tab}: `;
  const known = concerned ? ` ${concernedWords(concerned, undefined)}` : '';
  return `${where}${path} is ${shown(live)}; the translation has ${shown(wanted)}.${known} Put that there, or decide otherwise below.`;
}

/** What it was, what it became and why, and what the rules say now. */
function concernedWords({ path, old, was, before, now, question }: Concerned, stands: string | undefined): string {
  const home = /@([^@]+?)->/.exec(question ?? '')?.[1];
  const because = before ? ` (${before.rule}: ${before.evidence})` : '';
  const past = `${path} was ${old}${home === undefined ? '' : ` on ${home}`} and became ${was}${because}.`;
  if (!now) return `${past} Now no rule has an answer: it is asked below.`;
  const says = `${now.rule}: ${now.evidence}`;
  if (now.new !== (stands ?? was)) return `${past} Now the rules say ${now.new} (${says}): choose that.`;
  return `${past} The rules still say so.`;
}

/** The second file of the task: everything that was seen, as it came. */
export const corrections = ({ conflicts, differences, accepted, draft, operations }: Seen) => ({
  v: 1,
  conflicts,
  differences,
  accepted,
  draft: draft ? { ours: draft.ours, configuration: draft.value } : null,
  operations,
});
