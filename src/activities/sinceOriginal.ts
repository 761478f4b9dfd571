/** From when on what people did on a side of the new synchronization is not in the original, nor carried by it as soon as it runs. */
import { clockOf } from './clocks.ts';
import { planOf, type StepContext } from './context.ts';
import { stopBegan } from './stopBegan.ts';

export type SideOfNew = 'a' | 'b';

/** A moment by our clock and by the side's; and whose changes there came from the other side. */
export interface Since {
  ours: number;
  theirs: number;
  syncUser: string;
}

/**
 * What was done before is in the original, or it carries it as soon as it runs. What neither carried counts from the stop, since the new
 * one carries it when it is started; on the A of a project that moved from the copy, since no original ever carries it.
 */
export async function sinceOriginal(
  context: StepContext,
  side: SideOfNew,
  syncUsers?: { a: string; b: string },
): Promise<Since> {
  const plan = planOf(context);
  const { move } = context.start;
  const stop = () => (context.facts.issueData ? stopBegan(context, 0) : creationBegan(context));
  const ours = side === 'a' && plan.moved && move ? Date.parse(move.copyStarted) : await stop();
  const clock = await clockOf(context, plan[side]);
  // Of a partner that cannot be read, what the sync user brought to A is all that is seen.
  const unseen = side === 'a' && plan.b.unread;
  const syncUser = syncUsers && !unseen ? syncUsers[side] : '';
  return { ours, theirs: clock.theirs(ours) - clock.within, syncUser };
}

/** Before there was one nobody worked under it. */
async function creationBegan({ known, store }: StepContext): Promise<number> {
  const entries = await known.all();
  const first = entries.find(({ subject }) => subject.step === 'createSynchronization');
  return first ? Date.parse(first.at) : store.now();
}
