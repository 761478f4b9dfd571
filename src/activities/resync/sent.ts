/** Which issues of a resync were sent in the end: those that people were changing just then carried themselves. */
import type { StepContext } from '../context.ts';
import { senderOf } from './chunks.ts';
import type { ResyncChunk } from './plan.ts';
import type { AskedResync } from './task.ts';

/** Of given chunks the keys that were sent. From the ledger: what our requests left out, and what people were asked for. */
export async function sentKeys(context: StepContext): Promise<(chunks: readonly ResyncChunk[]) => Set<string>> {
  const entries = await context.known.entries();
  const left = new Map<unknown, ReadonlySet<string>>();
  const digests = new Set<string>();
  for (const { kind, subject, digests: named } of entries) {
    if (kind === 'intent') left.set(subject.part, new Set<string>(Array.isArray(subject.left) ? subject.left : []));
    if (named.resyncAsked) digests.add(named.resyncAsked);
  }
  const asked: AskedResync[] = [];
  for (const digest of digests) asked.push(await context.store.artifacts.getJson<AskedResync>(digest));
  const wasAsked = (connector: string, key: string) => {
    const here = asked.filter((one) => one.connector === connector);
    return here.length === 0 || here.some((one) => key in one.sentBefore);
  };
  const wasSent = (chunk: ResyncChunk) => (key: string) =>
    !left.get(chunk.part)?.has(key) && wasAsked(senderOf(context, chunk), key);
  return (chunks) => new Set(chunks.flatMap((chunk) => chunk.keys.filter(wasSent(chunk))));
}
