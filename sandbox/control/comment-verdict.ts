/** What became of people's comments: each on both sides once, with its newest text, unless people deleted it. */
import { carries } from '../backbone/model.ts';
import type { Comment, Issue, LiveSide, World } from '../world/model.ts';
import type { RecordEntry } from '../world/record.ts';
import type { Finding } from './verdict.ts';

export interface JudgedSide {
  side: LiveSide;
  /** By origin. */
  issues: ReadonlyMap<string, Issue[]>;
}

/** `acts` are those in the live projects; `isGone` says that an issue is not to be expected there. */
export function lostComments(
  world: World,
  sides: readonly JudgedSide[],
  acts: readonly RecordEntry[],
  isGone: (side: LiveSide, origin: string) => boolean,
): Finding[] {
  const deleted = acts.filter(({ kind }) => kind === 'deleteComment');
  // With the original, the comment is gone everywhere, or may be; with a copy, only there.
  const isDeleted = ({ instance }: LiveSide, comment: unknown) =>
    deleted.some(({ detail, instance: at }) => detail?.comment === comment && (!detail?.copy || at === instance.name));
  const expected = (act: RecordEntry) =>
    sides.flatMap(({ side, issues }) => {
      const origin = String(act.detail?.origin);
      const list = issues.get(origin) ?? [];
      if (isDeleted(side, act.detail?.comment) || (list.length === 0 && isGone(side, origin))) return [];
      const found = list.flatMap(({ comments }) => comments).filter((each) => each.origin === act.detail?.comment);
      const keys = list.map(({ key }) => key);
      return [{ side, found, finding: { origin, instance: side.instance.name, keys, expected: act.detail?.body } }];
    });
  const missing = acts
    .filter(({ kind }) => kind === 'comment')
    .flatMap(expected)
    .flatMap(({ found, finding }) => (found.length > 0 ? [] : [{ what: 'comment is missing', ...finding }]));
  const outdated = newestEdits(world, acts).flatMap((act) =>
    expected(act).flatMap(({ side, found, finding }) => {
      const isFine = ({ body, edited }: Comment) =>
        body === act.detail?.body || isByPerson(acts, side, act.detail?.comment, edited?.at);
      if (found.length === 0 || found.some(isFine)) return [];
      return [{ what: 'newest text of a comment is not there', ...finding, actual: found.map(({ body }) => body) }];
    }),
  );
  return [...missing, ...outdated];
}

/** Of each comment the last edit, where what its side says is carried. */
function newestEdits(world: World, acts: readonly RecordEntry[]): RecordEntry[] {
  if (!world.switches.commentEdits) return [];
  const { direction } = world.original.configuration.comments;
  const newest = new Map<unknown, RecordEntry>();
  for (const act of acts) {
    const from = act.instance === world.live.a.instance.name ? 'first' : 'second';
    const isOriginal = act.kind === 'editComment' && !act.detail?.copy;
    if (isOriginal && carries(direction, from)) newest.set(act.detail?.comment, act);
  }
  return [...newest.values()];
}

/** Whether the text of this copy is what a person made of it. */
const isByPerson = (acts: readonly RecordEntry[], { instance }: LiveSide, comment: unknown, at: number | undefined) =>
  acts.some((act) => act.at === at && act.instance === instance.name && act.detail?.comment === comment);
