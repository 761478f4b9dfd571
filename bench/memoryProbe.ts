/**
 * Loaded into a worker that is measured (`node --expose-gc --import`), in each of its threads: says how much memory is in use after a
 * full collection, and writes a heap snapshot. The product knows nothing of it.
 */
import { getHeapStatistics, writeHeapSnapshot } from 'node:v8';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

/** Bytes. */
export interface ThreadMemory {
  thread: number;
  /** Of its JavaScript heap, after a collection. */
  heap: number;
  /** Contexts that are alive in it. Temporal's workflow threads keep one for all workflows. */
  contexts: number;
}

export interface Memory {
  threads: ThreadMemory[];
  /** Of the whole process: resident; buffers outside of the heaps. */
  rss: number;
  external: number;
}

export interface Asked {
  /** Threads that answer, this one among them. */
  threads: number;
  /** Written into files of this folder as well. */
  snapshots?: string;
}

/** Twice: what the first frees may hold what the second does. */
function collected({ snapshots }: Asked): ThreadMemory {
  for (let n = 0; n < 2; n++) globalThis.gc?.();
  if (snapshots) writeHeapSnapshot(`${snapshots}/thread-${threadId}.heapsnapshot`);
  const { used_heap_size, number_of_native_contexts } = getHeapStatistics();
  return { thread: threadId, heap: used_heap_size, contexts: number_of_native_contexts };
}

const channel = new BroadcastChannel('memory');
channel.unref();

if (isMainThread) {
  process.on('message', (asked: Asked) => void answer(asked));
  process.channel?.unref();
} else {
  channel.onmessage = ({ data }) => {
    if ('ask' in data) channel.postMessage({ said: collected(data.ask) });
  };
}

async function answer(asked: Asked): Promise<void> {
  const said = Promise.withResolvers<ThreadMemory[]>();
  const others: ThreadMemory[] = [];
  channel.onmessage = ({ data }) => {
    if ('said' in data) others.push(data.said);
    if (others.length === asked.threads - 1) said.resolve(others);
  };
  channel.postMessage({ ask: asked });
  const own = collected(asked);
  if (asked.threads === 1) said.resolve([]);
  const threads = [own, ...(await said.promise)].toSorted((x, y) => x.thread - y.thread);
  const { rss, external } = process.memoryUsage();
  process.send?.({ threads, rss, external } satisfies Memory);
}
