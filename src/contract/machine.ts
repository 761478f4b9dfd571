/**
 * The state machine of one migration as data: where it can stand, and what can follow. The workflow holds itself to it, and a
 * test walks it whole. Which verbs are legal where is in `verbs.ts`; what each state is called in `names.ts`.
 */
import type { StepName } from './names.ts';
import type { Direction, Situation } from './verbs.ts';

/** Where a migration stands when it is not paused: a pause lies over everything and changes nothing. */
export type Place = Exclude<Situation, 'paused'>;
export type Node =
  | `${Direction} ${Exclude<Place, 'ended' | 'goingBack'>}`
  | 'forward confirming'
  | 'back withdrawing'
  | 'ended';

/**
 * `confirming`: approved, and before the delete is sent; `withdrawing`: a person was asked to delete (`asked`) and may still do so. A
 * wait or trouble of these is no other place.
 */
export function nodeOf(
  direction: Direction,
  situation: Exclude<Place, 'ended' | 'goingBack'>,
  step: StepName,
  asked: boolean,
): Node {
  if (direction === 'back') return asked ? 'back withdrawing' : `back ${situation}`;
  if (step === 'approval') return 'forward gate';
  const deleting = situation === 'deleting' || situation === 'deletingByPerson';
  return step === 'deleteOriginal' && !deleting ? 'forward confirming' : `forward ${situation}`;
}

export interface Move {
  from: Node;
  to: Node;
  /** What makes it: the world as a step read it, or a person's verb. */
  by: string;
  /** The delete of the original is sent, or given to a person, on this move. */
  deletes?: true;
  /** Only with as many grants for the decision that stands as the policy asks for. */
  needsGrant?: true;
  /** Only where a run that is gone had asked a person to delete the original. */
  asked?: true;
  /** The original is gone after this move. */
  gone?: true;
}

const WAITS = ['waiting', 'waitingForPerson', 'attention'] as const;

/** A step under way can end in each wait, and each wait ends in the step looking again. The same there and back. */
const waitsOf = (direction: Direction): Move[] =>
  WAITS.flatMap((wait): Move[] => [
    { from: `${direction} running`, to: `${direction} ${wait}`, by: `a check says so` },
    {
      from: `${direction} ${wait}`,
      to: `${direction} running`,
      by: wait === 'attention' ? 'retry' : 'a check, or answer, retry',
    },
  ]);

export const MOVES: readonly Move[] = [
  ...waitsOf('forward'),
  { from: 'forward waiting', to: 'forward waitingForPerson', by: 'a check says so' },
  { from: 'forward waiting', to: 'forward attention', by: 'a check says so' },
  { from: 'forward waitingForPerson', to: 'forward attention', by: 'a check says so' },
  { from: 'forward running', to: 'forward gate', by: 'everything is proved' },
  { from: 'forward gate', to: 'forward confirming', by: 'approve' },
  {
    from: 'forward confirming',
    to: 'forward running',
    by: 'what was approved does not hold any more: the grants are spent',
  },
  {
    from: 'forward confirming',
    to: 'forward gate',
    by: 'the approvals do not suffice any more: one was taken back, or the policy is another one',
  },
  { from: 'forward confirming', to: 'ended', by: 'reject, then keepBoth, before it was confirmed' },
  {
    from: 'forward confirming',
    to: 'forward deleting',
    by: 'the decision is confirmed',
    deletes: true,
    needsGrant: true,
  },
  { from: 'forward deleting', to: 'forward running', by: 'the original is still there: the grants are spent' },
  { from: 'forward deleting', to: 'ended', by: 'the original is gone', gone: true },
  {
    from: 'forward confirming',
    to: 'forward deletingByPerson',
    by: 'the decision is confirmed, and the delete is asked of a person',
    deletes: true,
    needsGrant: true,
  },
  { from: 'forward deletingByPerson', to: 'ended', by: 'the original is gone', gone: true },
  {
    from: 'forward deletingByPerson',
    to: 'forward running',
    by: 'what was confirmed does not hold any more: the grants are spent; or the new one does not run',
  },
  { from: 'forward deletingByPerson', to: 'forward deleting', by: 'a run that takes over reads what became of it' },
  { from: 'forward deletingByPerson', to: 'back withdrawing', by: 'rollback, a cancellation' },
  { from: 'back withdrawing', to: 'back running', by: 'whoever was asked to delete the original knows that it stays' },
  { from: 'back withdrawing', to: 'forward running', by: 'the same, and a person chose to keep the new one' },
  { from: 'back withdrawing', to: 'ended', by: 'the original was deleted before that', gone: true },
  { from: 'forward running', to: 'ended', by: 'preflight refuses, a dry run has planned' },
  { from: 'forward gate', to: 'ended', by: 'reject, then keepBoth' },
  {
    from: 'forward gate',
    to: 'forward running',
    by: 'the original is not listed, or both are not as they are to be kept',
  },
  ...waitsOf('back'),
  { from: 'back waiting', to: 'back waitingForPerson', by: 'a check says so' },
  { from: 'back waiting', to: 'back attention', by: 'a check says so' },
  { from: 'back waitingForPerson', to: 'back attention', by: 'a check says so' },
  ...(['running', 'waiting', 'waitingForPerson', 'attention', 'gate', 'confirming'] as const).map(
    (place): Move => ({
      from: `forward ${place}`,
      to: 'back running',
      by: 'rollback, reject then rollback, a cancellation',
    }),
  ),
  ...(['running', 'waiting', 'waitingForPerson', 'attention', 'gate', 'confirming'] as const).map(
    (place): Move => ({
      from: `forward ${place}`,
      to: 'back withdrawing',
      by: 'rollback, reject then rollback, a cancellation',
      asked: true,
    }),
  ),
  { from: 'back running', to: 'forward running', by: 'a person chose to go forward, or to keep the new one' },
  { from: 'back running', to: 'ended', by: 'everything is taken back' },
];

const known = new Set(MOVES.map(({ from, to }) => `${from} > ${to}`));

/** Whether the machine has this move; staying where it is is none. */
export const isMove = (from: Node, to: Node): boolean => from === to || known.has(`${from} > ${to}`);
