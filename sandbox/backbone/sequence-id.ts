/** Numbers of messages. They can exceed what a double holds; then they are bigints, and no digit is lost. */
import { asObject } from '../http/json.ts';

export type SequenceId = number | bigint;

const plain = (id: bigint): SequenceId => (Number.isSafeInteger(Number(id)) ? Number(id) : id);

/** The id that is `steps` later. */
export const following = (id: SequenceId, steps: SequenceId = 1): SequenceId => plain(BigInt(id) + BigInt(steps));

/** From a number, a bigint or decimal text; 0 where there is none. */
export function sequenceOf(value: unknown, member: string): SequenceId {
  const found = asObject(value)[member];
  if (typeof found === 'bigint') return plain(found);
  if (typeof found === 'string' && /^\d+$/.test(found)) return plain(BigInt(found));
  return typeof found === 'number' ? found : 0;
}
