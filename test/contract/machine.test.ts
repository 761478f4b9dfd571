/** The state machine is data; it is walked whole here. */
import { expect, it } from 'vitest';
import { isMove, MOVES, type Move, type Node } from '../../src/contract/machine.ts';
import { legalVerbs, type Situation } from '../../src/contract/verbs.ts';

const NODES = [...new Set(MOVES.flatMap(({ from, to }) => [from, to]))];
const START: Node = 'forward running';
const after = (node: Node): Move[] => MOVES.filter(({ from }) => from === node);

function reachableFrom(node: Node, usable: (move: Move) => boolean = () => true): Set<Node> {
  const seen = new Set<Node>([node]);
  for (const each of seen) for (const move of after(each)) if (usable(move)) seen.add(move.to);
  return seen;
}

it('has no place that cannot be reached, and none without a way on', () => {
  expect(reachableFrom(START)).toEqual(new Set(NODES));
  expect(NODES.filter((node) => node !== 'ended' && after(node).length === 0)).toEqual([]);
});

it.each(NODES.filter((node) => node !== 'ended'))('from %s there is a way out, and a way on', (node) => {
  expect(reachableFrom(node).has('ended')).toBe(true);
  // On: to the gate, from every place, since a person can choose to go forward on the way back.
  expect(reachableFrom(node).has('forward gate')).toBe(true);
  // Out without the delete, unless it was already sent.
  if (node !== 'forward deleting') expect(reachableFrom(node, ({ deletes }) => !deletes).has('ended')).toBe(true);
});

it.each(NODES.filter((node) => node !== 'ended'))(
  'in %s a person can send something, unless the delete is being settled',
  (node) => {
    const [direction, place] = node.split(' ') as ['forward' | 'back', Situation | 'confirming' | 'withdrawing'];
    const situation = place === 'confirming' || place === 'withdrawing' ? 'running' : place;
    const verbs = legalVerbs(direction === 'back' && situation === 'running' ? 'goingBack' : situation, direction);
    expect(verbs.length > 0).toBe(situation !== 'deleting');
    if (direction === 'forward' && situation !== 'deleting') expect(verbs).toContain('rollback');
  },
);

it('can take back what a run that is gone asked of a person, from wherever a rollback is legal on the way forward', () => {
  const forward = NODES.filter((node) => node.startsWith('forward ') && node !== 'forward deleting');
  expect(forward.filter((node) => !isMove(node, 'back withdrawing'))).toEqual([]);
});

/** Every path of the machine, with the grants and deletes it met; each move at most twice, which closes every loop once. */
function* paths(node: Node, taken: Move[] = []): Generator<Move[]> {
  if (node === 'ended') {
    yield taken;
    return;
  }
  for (const move of after(node)) {
    // Waits only lead back to where they were: the paths differ by what leaves them.
    if (move.asked && !taken.some(({ to }) => to === 'forward deletingByPerson')) continue;
    if (taken.filter((each) => each === move).length >= 1 || taken.length > 12) continue;
    yield* paths(move.to, [...taken, move]);
  }
}

it('deletes at most once on every path, and never without a grant', () => {
  let walked = 0;
  let deleted = 0;
  for (const path of paths(START)) {
    walked++;
    expect(path.filter(({ deletes, needsGrant }) => deletes && !needsGrant)).toEqual([]);
    const gone = path.findIndex((move) => move.gone);
    if (gone < 0) continue;
    deleted++;
    // A grant is given at the gate, which every delete has behind it; and after it is gone nothing follows.
    const sent = path.findIndex(({ deletes }) => deletes);
    expect(path.slice(0, sent).some(({ from, to }) => from === 'forward gate' && to === 'forward confirming')).toBe(
      true,
    );
    expect(gone).toBe(path.length - 1);
  }
  expect(walked).toBeGreaterThan(1000);
  expect(deleted).toBeGreaterThan(0);
});
