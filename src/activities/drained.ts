/**
 * Whether the backlog has been carried. People work on, so queues are never empty; but what had been sent when we looked has
 * arrived when, for every pair, the receiver's sequence id has reached the sender's of that look. Whether ids relate so is
 * calibrated at preflight; where they do not, only "idle for three intervals" can be read.
 */
import { type Pair, pairName } from '../pairs/keys.ts';
import { allArrived, hasSequences, misfits } from '../pairs/sequences.ts';
import { type PairTable, readPairs } from '../pairs/table.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { type ConnectorKeys, readIssueData } from './issueData.ts';
import { holdsFor, pause, QUIET_INTERVALS } from './pause.ts';
import { readStatus } from './reading.ts';

/** How long one look may take before the step goes on waiting outside. */
const LOOK_INTERVALS = 15;

/** Of the new one; or of the original, once it runs again. */
export async function backlogCarried(context: StepContext, of: 'new' | 'original' = 'new'): Promise<boolean> {
  const plan = planOf(context);
  const one = of === 'new' ? factOf(context, 'created') : plan.original;
  const every = context.config.timing.outgoingInterval;
  const instance = context.open(one.instance);
  if (!plan.sequencesCalibrated) {
    const idle = async () => {
      const status = await readStatus(instance, one.key);
      return status.state === 'present' && status.idle && status.errors === 0;
    };
    return holdsFor(idle, { times: QUIET_INTERVALS, every, limit: every * LOOK_INTERVALS });
  }
  // What is detected but not yet sent has no id: one interval later it has.
  await pause(every);
  const before = await readIssueData(context, one);
  const lost = await lostAtStop(context, of);
  const arrived = async () => allArrived(before, await readIssueData(context, one), lost);
  return holdsFor(arrived, { times: 1, every, limit: every * LOOK_INTERVALS });
}

/** The pairs as they were stopped, where the original had sent what did not arrive: the new one continues its numbers. */
async function lostAtStop(context: StepContext, of: 'new' | 'original'): Promise<PairTable | undefined> {
  const { facts, store } = context;
  const late = facts.undelivered !== undefined || planOf(context).misfits.length > 0;
  const data = of === 'new' ? facts.translatedData : facts.issueData;
  if (!late || !data) return undefined;
  return readPairs(store.artifacts.get(data), { progress: true });
}

/** How often calibration looks before it gives up: a pair can be in the middle of something. */
const CALIBRATION_LOOKS = 5;

export interface Calibration {
  /** Whether the numbers of most pairs relate: what a side sent by one look its partner has received by the next, and never more. */
  calibrated: boolean;
  /** The pairs whose numbers did not relate at any look: a message of theirs was lost or is stuck, or they count otherwise. */
  misfits: Pair[];
}

/**
 * Each pair speaks for itself: one whose message was lost says nothing of the others. `seen` is the look that was taken already: each
 * of them reads the issue data whole.
 */
export async function calibrate(context: StepContext, keys: ConnectorKeys, seen: PairTable): Promise<Calibration> {
  const every = context.config.timing.outgoingInterval;
  let before = seen;
  let open: Pair[] | undefined;
  for (let look = 0; look < CALIBRATION_LOOKS; look++) {
    await pause(every * 2);
    const now = await readIssueData(context, keys);
    if (!hasSequences(now)) return { calibrated: false, misfits: [] };
    const here = misfits(before, now);
    const names = new Set(here.map(pairName));
    open = open ? open.filter((pair) => names.has(pairName(pair))) : here;
    if (open.length === 0) return { calibrated: true, misfits: [] };
    before = now;
  }
  const few = (open ?? []).length * 2 < seen.size;
  return few ? { calibrated: true, misfits: open ?? [] } : { calibrated: false, misfits: [] };
}
