/**
 * The compared fields of both sides before the start, an artifact of one line per issue: the summary resync makes summaries equal,
 * and with it the proof vanishes.
 */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { JiraIssue } from '../../jira/types.ts';
import type { StepContext } from '../context.ts';

type Kept = Pick<JiraIssue, 'key' | 'id' | 'summary' | 'status' | 'updated' | 'reporter' | 'created'>;
export type PreImageLine = Kept & { side: 'a' | 'b' };

export function* preImageLines(side: 'a' | 'b', issues: Iterable<JiraIssue>): Generator<Buffer> {
  for (const { key, id, summary, status, updated, reporter, created } of issues) {
    const line: PreImageLine = { side, key, id, summary, status, updated, reporter, created };
    yield Buffer.from(`${JSON.stringify(line)}\n`);
  }
}

export async function* readPreImage({ store }: StepContext, digest: string): AsyncGenerator<PreImageLine> {
  for await (const line of createInterface({ input: Readable.from(store.artifacts.get(digest)) })) {
    yield JSON.parse(line);
  }
}
