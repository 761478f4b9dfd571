/** The judge of `npm run matrix -- --around …` can say no: what must never happen is done here on purpose, over real HTTP. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { migrate } from '../sandbox/careful-admin.ts';
import { type Client, open } from '../sandbox/harness.ts';
import { ACTS, described, drawRun, MOMENTS } from './around/draw.ts';
import { type Findings, type Happened, judge } from './around/judge.ts';
import { boundFor } from './around/report.ts';
import { lostWork } from './around/work.ts';

const NOTHING: Findings = { wrongDeletes: [], bothRan: [], falseEnds: [], bothRanByPersons: [] };
/** More reads than anybody takes for a look right before something is sent. */
const LONG_AGO = 60;

interface Stage extends Client, AsyncDisposable {
  made: string;
  /** By REST, as the migrator does it. */
  we(verb: 'start' | 'stop' | 'delete', instance: string, key: string): Promise<unknown>;
  /** In the pages. */
  person(page: string, instance: string, key: string): Promise<unknown>;
  /** We read what has nothing to do with it. */
  timePasses(): Promise<void>;
  judged(changes?: Partial<Happened>): Findings;
  ended(state: string, residue?: string[]): string[];
  n(): number;
}

/** Migrated but for the delete: INT-16 is stopped, and the new one runs with its pairs. */
async function migrated(): Promise<Stage> {
  const client = await open({ issues: 4 });
  const { record } = client.sandbox.world;
  const { made } = await migrate(client);
  const n = () => record.length;
  const approved = n();
  const judged = (changes: Partial<Happened> = {}) =>
    judge({ record: record.after(0), approvals: [approved], withdrawals: [], ...changes });
  return {
    ...client,
    made: made.integrationKey,
    we: (verb, instance, key) =>
      verb === 'delete'
        ? client.backbone(instance, 'DELETE', `/integrations/${key}`)
        : client.backbone(instance, 'POST', `/integrations/${key}/${verb}`),
    person: (page, instance, integrationKey) =>
      client.control('POST', `/sandbox/ui/${page}`, { instance, integrationKey, by: 'otto', members: {} }),
    timePasses: async () => {
      for (let read = 0; read < LONG_AGO; read++) await client.call('jira-partner', 'GET', '/rest/api/2/myself');
    },
    judged,
    ended: (state, residue = []) => judged({ end: { state, residue, n: n() } }).falseEnds,
    n,
  };
}

describe('a delete of the original', () => {
  it('is right when it was approved, is stopped, and the new one runs with its pairs', async () => {
    await using stage = await migrated();
    await stage.we('delete', 'jira-old', 'INT-16');
    expect(stage.judged()).toEqual(NOTHING);
    expect(stage.ended('Completed')).toEqual([]);
  });

  it('is wrong without an approval, or after somebody turned back', async () => {
    await using stage = await migrated();
    const before = stage.n();
    await stage.we('delete', 'jira-old', 'INT-16');
    const wrong = [expect.stringContaining('without an approval')];
    expect(stage.judged({ approvals: [] }).wrongDeletes).toEqual(wrong);
    expect(stage.judged({ approvals: [before - 2], withdrawals: [before - 1] }).wrongDeletes).toEqual(wrong);
    expect(stage.judged({ approvals: [before], withdrawals: [before - 1] }).wrongDeletes).toEqual([]);
  });

  it('is wrong while nothing runs with its pairs, unless a person stopped that in this very moment', async () => {
    const scenario = async (between: (stage: Stage) => Promise<unknown>) => {
      await using stage = await migrated();
      await stage.person('stop', 'jira-new', stage.made);
      await between(stage);
      await stage.we('delete', 'jira-old', 'INT-16');
      return stage.judged().wrongDeletes;
    };
    expect(await scenario(async () => undefined)).toEqual([]);
    expect(await scenario((stage) => stage.timePasses())).toEqual([
      expect.stringContaining('nothing ran with its pairs'),
    ]);
  });

  it('is wrong while it runs, and when a person has changed something since the approval', async () => {
    await using stage = await migrated();
    await stage.person('start', 'jira-old', 'INT-16');
    await stage.timePasses();
    await stage.we('delete', 'jira-old', 'INT-16');
    expect(stage.judged().wrongDeletes).toEqual([
      expect.stringContaining('while it ran'),
      expect.stringContaining('before a person started jira-old/INT-16'),
    ]);
    await using edited = await migrated();
    await edited.person('edit-configuration', 'jira-new', edited.made);
    await edited.timePasses();
    await edited.we('delete', 'jira-old', 'INT-16');
    expect(edited.judged().wrongDeletes).toEqual([expect.stringContaining(`a person edited jira-new/${edited.made}`)]);
  });

  it('is wrong when it is sent again after it took effect', async () => {
    await using stage = await migrated();
    for (let times = 0; times < 2; times++) await stage.we('delete', 'jira-old', 'INT-16');
    expect(stage.judged().wrongDeletes).toEqual([expect.stringContaining('sent again')]);
  });
});

describe('a delete of another one', () => {
  it('is right only of one that we made, that is stopped, and while the original is there', async () => {
    await using stage = await migrated();
    await stage.we('stop', 'jira-new', stage.made);
    await stage.we('delete', 'jira-new', stage.made);
    expect(stage.judged().wrongDeletes).toEqual([]);
    await stage.we('delete', 'jira-new', 'INT-4');
    expect(stage.judged().wrongDeletes).toEqual([expect.stringContaining('INT-4, which is not ours')]);
    await using running = await migrated();
    await running.we('delete', 'jira-new', running.made);
    expect(running.judged().wrongDeletes).toEqual([expect.stringContaining('while it ran')]);
    await using last = await migrated();
    await last.person('delete', 'jira-old', 'INT-16');
    await last.we('stop', 'jira-new', last.made);
    await last.timePasses();
    await last.we('delete', 'jira-new', last.made);
    expect(last.judged().wrongDeletes).toEqual([expect.stringContaining('after jira-old/INT-16 was gone')]);
  });
});

describe('both running at once', () => {
  it('is ours when we start one beside another, a person’s when a person does', async () => {
    await using stage = await migrated();
    await stage.we('start', 'jira-old', 'INT-16');
    const sentence = `jira-old/INT-16 was started while jira-new/${stage.made} ran`;
    expect(stage.judged()).toMatchObject({ bothRan: [sentence], bothRanByPersons: [] });
    await using persons = await migrated();
    await persons.person('start', 'jira-old', 'INT-16');
    expect(persons.judged()).toMatchObject({ bothRan: [], bothRanByPersons: [expect.any(String)] });
  });

  it('is ours when a person started the other one long enough before, and nobody’s when only a node behind was read', async () => {
    const scenario = async (between: (stage: Stage) => Promise<unknown>) => {
      await using stage = await migrated();
      await stage.we('stop', 'jira-new', stage.made);
      await stage.control('POST', '/sandbox/instances', { instance: 'jira-old', picture: 'stopped' });
      await stage.person('start', 'jira-old', 'INT-16');
      await between(stage);
      await stage.we('start', 'jira-new', stage.made);
      return stage.judged().bothRan;
    };
    const status = (stage: Stage) => stage.backbone('jira-old', 'GET', '/integrations/INT-16/status');
    const behind = async (stage: Stage) => {
      const fault = { instance: 'jira-old', action: 'stale', picture: 'stopped', count: 1 };
      await stage.control('POST', '/sandbox/faults', fault);
      await status(stage);
      await stage.timePasses();
    };
    expect(await scenario(async () => undefined)).toEqual([]);
    expect(await scenario((stage) => stage.timePasses())).toHaveLength(1);
    expect(await scenario(behind)).toEqual([]);
    expect(
      await scenario((stage) =>
        behind(stage)
          .then(() => status(stage))
          .then(() => stage.timePasses()),
      ),
    ).toHaveLength(1);
  });
});

describe('an end', () => {
  it('is false when what it says is not so', async () => {
    await using stage = await migrated();
    expect(stage.ended('Completed')).toEqual([expect.stringContaining('INT-16 is still there')]);
    expect(stage.ended('KeptBoth')).toEqual([]);
    expect(stage.ended('Refused')).toHaveLength(1);
    expect(stage.ended('RolledBack')).toEqual([
      expect.stringContaining('INT-16 does not run'),
      expect.stringContaining('is left, and not named'),
    ]);
    await stage.we('stop', 'jira-new', stage.made);
    await stage.we('start', 'jira-old', 'INT-16');
    expect(stage.ended('RolledBackWithResidue', [`jira-new/${stage.made} stays`])).toEqual([]);
    expect(stage.ended('KeptBoth')).toEqual([
      expect.stringContaining('INT-16 runs'),
      expect.stringContaining('nothing of ours runs'),
    ]);
  });

  it('is not false when a person changed it after the last look', async () => {
    await using stage = await migrated();
    await stage.we('delete', 'jira-old', 'INT-16');
    await stage.person('stop', 'jira-new', stage.made);
    await stage.timePasses();
    expect(stage.ended('Completed')).toEqual([]);
    await stage.backbone('jira-new', 'GET', `/integrations/${stage.made}/status`);
    await stage.timePasses();
    expect(stage.ended('Completed')).toEqual(['Completed, and nothing of ours runs']);
  });
});

describe('work', () => {
  const completed = { state: 'Completed', told: '', bothRanByPersons: false };
  const once = (stage: Stage, act: object) => stage.control('POST', '/sandbox/people', { action: 'once', ...act });

  it('is lost when it stays on the old A, and is named nowhere', async () => {
    await using stage = await migrated();
    const { world } = stage.sandbox;
    await once(stage, { kind: 'edit', instance: 'jira-old', key: 'PA-2', field: 'summary', value: 'On the old one' });
    await stage.sandbox.verdict(2_000);
    expect(lostWork({ world, ...completed })).toEqual([expect.stringContaining('jira-old/PA-2')]);
    expect(lostWork({ world, ...completed, told: 'Carry over jira-old/PA-2.' })).toEqual([]);
    expect(lostWork({ world, ...completed, told: 'Carry over jira-old/PA-21.' })).toHaveLength(1);
  });

  it('is lost when the new one loses it, and not when it arrives', async () => {
    await using stage = await migrated();
    const { world } = stage.sandbox;
    await once(stage, { kind: 'comment', instance: 'jira-new', key: 'PA-2' });
    await stage.sandbox.verdict(2_000);
    expect(lostWork({ world, ...completed })).toEqual([]);
    await stage.control('POST', '/sandbox/switches', { dropMessages: 1 });
    await once(stage, {
      kind: 'edit',
      instance: 'jira-new',
      key: 'PA-3',
      field: 'summary',
      value: 'Dropped on the way',
    });
    await stage.sandbox.verdict(2_000);
    expect(lostWork({ world, ...completed })).toEqual([expect.stringContaining('Dropped on the way')]);
  });

  it('is lost on the way back when it was overwritten, or is not carried by the original that runs again', async () => {
    await using stage = await migrated();
    const { world } = stage.sandbox;
    const back = { world, state: 'RolledBack', told: '', bothRanByPersons: false };
    await stage.we('stop', 'jira-new', stage.made);
    await once(stage, { kind: 'edit', instance: 'jira-new', key: 'PA-2', field: 'summary', value: 'On the new one' });
    expect(lostWork(back)).toEqual([]);
    await stage.we('start', 'jira-old', 'INT-16');
    await sleep(100);
    await stage.control('POST', '/sandbox/switches', { dropMessages: 1 });
    await once(stage, { kind: 'comment', instance: 'jira-old', key: 'PA-3' });
    await stage.sandbox.verdict(2_000);
    expect(lostWork(back)).toEqual([expect.stringMatching(/not on jira-partner: comment on jira-old\/PA-3/)]);
  });
});

describe('what is drawn', () => {
  it('is the same for the same seed, and another for another', () => {
    for (const moment of MOMENTS) {
      expect(drawRun(moment, 7, 12)).toEqual(drawRun(moment, 7, 12));
      expect(described(drawRun(moment, 7, 12))).not.toBe(described(drawRun(moment, 8, 12)));
    }
  });

  it.each(MOMENTS)('has everything that can happen in 300 runs around the %s', (moment) => {
    const drawn = Array.from({ length: 300 }, (_, n) => drawRun(moment, 1, n + 1)).flatMap((run) => run.disturbances);
    expect(new Set(drawn.map(({ kind }) => kind))).toEqual(new Set(['crash', 'answer', 'misled', 'act']));
    expect(new Set(drawn.flatMap((each) => (each.kind === 'act' ? [each.act] : [])))).toEqual(new Set(ACTS));
    expect(drawn.some((each) => 'then' in each)).toBe(true);
  });

  it('supports a bound of one in a hundred when 300 runs are clean', () => {
    expect(boundFor(300)).toBeLessThan(0.01);
    expect(boundFor(300)).toBeGreaterThan(0.0099);
    expect(boundFor(0)).toBe(1);
  });
});
