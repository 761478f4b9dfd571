/** One whole migration around one moment, and what is to be said of it. */
import type { RecordEntry } from '../../../sandbox/world/record.ts';
import type { Evidence } from '../../../src/evidence/types.ts';
import { ledgerOf, type Rehearsal, rehearse } from '../../support/rehearsal.ts';
import { disturb } from './disturb.ts';
import { BEGINNING, type Draw } from './draw.ts';
import { type Findings, judge } from './judge.ts';
import { accompany, type Course } from './people.ts';
import { protocolOf } from './protocol.ts';
import { lostWork } from './work.ts';

export interface RunResult extends Findings {
  number: number;
  seconds: number;
  lostWork: string[];
  end?: string;
  stuck?: { state: string; silent: boolean };
  /** What people could not do, since it was refused or not there any more. */
  notes: string[];
}

export async function runAround(draw: Draw): Promise<RunResult> {
  const began = Date.now();
  await using rehearsal = await rehearse({
    issues: 4,
    ambiguous: false,
    world: draw.world,
    seed: 1 + (draw.number % 7),
    // Nothing misleads for longer than a node is assumed to be behind.
    configure: (yaml) => yaml.replace('timing:', 'timing:\n  watchEvery: 500ms\n  staleness: 2s'),
  });
  const { world } = rehearsal.sandbox;
  for (const instance of ['jira-old', 'jira-new'])
    await rehearsal.control('POST', 'instances', { instance, picture: BEGINNING });
  const disturbing = disturb(rehearsal, draw, draw.moment === 'start' ? isPaired : undefined);
  const handle = await rehearsal.start(
    draw.world === 'workaround' ? { new: { instance: 'jira-new', projects: {} }, move: undefined } : {},
  );
  const course = await accompany(rehearsal, handle, draw, disturbing);
  await disturbing.settled();
  await handle.terminate('the run is over').catch(() => undefined);
  // What waits for a request that never came must not meet what is judged.
  await rehearsal.control('DELETE', 'faults');
  await rehearsal.sandbox.verdict(4_000);
  if (process.env.AROUND_ONLY) console.log(protocolOf(world.record.after(0), await ledgerOf(rehearsal)));
  const { approvals, withdrawals, end, stuck } = course;
  const findings = judge({ record: world.record.after(0), approvals, withdrawals, ...(end ? { end } : {}) });
  const told = await everythingTold(rehearsal, course);
  return {
    ...findings,
    number: draw.number,
    seconds: (Date.now() - began) / 1000,
    lostWork: end
      ? lostWork({ world, state: end.state, told, bothRanByPersons: findings.bothRanByPersons.length > 0 })
      : [],
    ...(end ? { end: end.state } : {}),
    ...(stuck ? { stuck } : {}),
    notes: disturbing.notes,
  };
}

/** Both connectors hold the pairs: what follows is the start. */
const isPaired = ({ what, user, detail }: RecordEntry): boolean =>
  what === 'sync information written' && user === 'migrator' && String(detail?.connectorKey).endsWith('-PB');

/** Tasks, blockers and what remains; the sentences of the evidence; the keys of what was found under the new one. */
async function everythingTold({ store }: Rehearsal, { told, files, evidence }: Course): Promise<string> {
  const parts = [...told];
  if (evidence) {
    const { predicates, decision } = await store.artifacts.getJson<Evidence>(evidence);
    parts.push(
      ...predicates.flatMap(({ keys, observed }) => [...keys, observed]),
      JSON.stringify(decision.acceptedRisks),
    );
  }
  for (const digest of files) {
    const file = await store.artifacts.getJson<Record<string, unknown>>(digest);
    // Not the entries of whole pairs: they name every issue.
    const { entries: _, firstConnector: __, secondConnector: ___, ...named } = file;
    parts.push(JSON.stringify(named));
  }
  return parts.join('\n');
}
