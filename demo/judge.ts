/** The sandbox's own verdict, and what of it a person wants to know. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationPicture } from '../src/contract/status.ts';
import type { DemoOptions } from './options.ts';
import { projectOf, type Sandbox, type Verdict } from './sandbox.ts';
import { say, table } from './say.ts';

/** So much work of people belongs to a demo worth its name. */
const LEAST = { edits: 20, comments: 5, newIssues: 3 };
const SETTLE_MS = 10_000;

/** People work until there was enough; then everything has to come to rest. `drop` loses messages on purpose, for the judge's test. */
export async function judge(sandbox: Sandbox, drop: number): Promise<Verdict> {
  for (let tries = 0; tries < 60; tries++) {
    const { edits, comments, newIssues } = await sandbox.verdict(0);
    if (edits >= LEAST.edits && comments >= LEAST.comments && newIssues >= LEAST.newIssues) break;
    await sleep(500);
  }
  await sandbox.people('stop');
  if (drop > 0) await loseMessages(sandbox, drop);
  return sandbox.verdict(SETTLE_MS);
}

async function loseMessages(sandbox: Sandbox, drop: number): Promise<void> {
  await sandbox.verdict(SETTLE_MS);
  await sandbox.call('/sandbox/switches', { dropMessages: drop });
  for (let n = 1; n <= drop; n++) {
    const key = `${projectOf(sandbox.ready.start)}-${n}`;
    await sandbox.call('/sandbox/people', {
      action: 'once',
      kind: 'edit',
      instance: sandbox.ready.start.new.instance,
      key,
      field: 'summary',
      value: `Dropped on purpose ${n}`,
    });
  }
  say.trouble(`planted: ${drop} messages are dropped`);
}

/** The table of what was done and proved; whether the sandbox agrees. */
export function showVerdict(
  picture: MigrationPicture,
  verdict: Verdict,
  options: DemoOptions,
  newHome: string,
): boolean {
  const rows = picture.steps.map(({ step, by, ms, note }) => [
    step,
    by,
    `${((ms ?? 0) / 1000).toFixed(1)} s`,
    note ?? '',
  ]);
  say.title(`${picture.state}: ${picture.original} → ${newHome}/${picture.created ?? '-'}`);
  say.text(table([['step', 'by', 'took', 'what was seen'], ...rows]));
  const good =
    verdict.settled &&
    verdict.duplicates === 0 &&
    verdict.lostChanges === 0 &&
    verdict.wrongDeletes === 0 &&
    !verdict.bothRan;
  const ended = options.interactive ? true : picture.state === 'Completed' && verdict.originalDeleted;
  say.title('The judge is the sandbox’s own record');
  say.text(
    table([
      [
        'edits, comments, new issues of people meanwhile',
        `${verdict.edits}, ${verdict.comments}, ${verdict.newIssues}`,
      ],
      ['pairs at the end', `${verdict.pairs}`],
      ['duplicates', `${verdict.duplicates}`],
      ['lost changes', `${verdict.lostChanges}`],
      ['wrong deletes', `${verdict.wrongDeletes}`],
      ...(verdict.settled
        ? []
        : [
            [
              'it did not come to rest: queued, in error, waiting',
              `${verdict.queued}, ${verdict.inError}, ${verdict.waiting}`,
            ],
          ]),
      ['the original is deleted', verdict.originalDeleted ? 'yes' : 'no'],
      ['old and new ever ran at the same time', verdict.bothRan ? 'yes' : 'no'],
      ['without synchronization', `${(verdict.gapMs / 1000).toFixed(1)} s`],
    ]),
  );
  for (const detail of verdict.details.slice(0, 10)) say.trouble(JSON.stringify(detail));
  say.text(`\n  ${good && ended ? 'Nothing lost, nothing doubled.' : 'The sandbox does not agree.'}`);
  return good && ended;
}
