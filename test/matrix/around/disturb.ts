/** Makes what was drawn happen: at the nth request of ours since the moment began, or at the write that it waits for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordEntry } from '../../../sandbox/world/record.ts';
import { until } from '../../support/processes.ts';
import type { Rehearsal } from '../../support/rehearsal.ts';
import type { Act, Disturbance, Draw } from './draw.ts';

export interface Disturbing {
  /** The moment begins now; asked for again, nothing happens. */
  begin(): void;
  readonly begun: boolean;
  /** Whether the moment has begun and everything that waits for a number of requests has happened. */
  readonly over: boolean;
  /** What people and faults did, or could not do. */
  readonly notes: string[];
  /** Waits for what is under way. */
  settled(): Promise<void>;
}

/** With `beginsAt`, it begins by itself at such an entry. */
export function disturb(
  rehearsal: Rehearsal,
  draw: Draw,
  beginsAt: (entry: RecordEntry) => boolean = () => false,
): Disturbing {
  const { record } = rehearsal.sandbox.world;
  const notes: string[] = [];
  const underWay: Promise<unknown>[] = [];
  const waiting: { after: number; make: () => Promise<unknown> }[] = [
    ...draw.disturbances.map((each) => ({ after: each.after, make: () => happen(rehearsal, each) })),
    ...draw.work.map(({ after, kind, side }) => ({ after, make: () => work(rehearsal, kind, side) })),
  ];
  const sequels = draw.disturbances.flatMap((each) =>
    'meets' in each && each.meets && each.then ? [{ meets: each.meets, then: each.then }] : [],
  );
  let requests: number | undefined;

  const go = (made: Promise<unknown>) =>
    underWay.push(made.catch((error: unknown) => notes.push(error instanceof Error ? error.message : String(error))));
  const fire = () => {
    for (const each of waiting.filter(({ after }) => after <= (requests ?? -1))) {
      waiting.splice(waiting.indexOf(each), 1);
      go(each.make());
    }
  };
  const follow = ({ method, path = '', detail }: RecordEntry) => {
    if (detail?.fault === undefined) return;
    for (const each of sequels.filter(
      ({ meets }) => method === meets.method && new RegExp(meets.path ?? '').test(path),
    )) {
      sequels.splice(sequels.indexOf(each), 1);
      go(rehearsal.plant(each.then.fault));
    }
  };
  const begin = () => {
    if (requests !== undefined) return;
    requests = 0;
    fire();
  };
  const add = record.add.bind(record);
  record.add = (entry) => {
    const added = add(entry);
    if (requests !== undefined && added.kind === 'request' && added.user === 'migrator') {
      requests += 1;
      follow(added);
      fire();
    } else if (beginsAt(added)) begin();
    return added;
  };
  return {
    begin,
    get begun() {
      return requests !== undefined;
    },
    get over() {
      return requests !== undefined && waiting.length === 0;
    },
    notes,
    settled: async () => void (await Promise.all(underWay)),
  };
}

async function happen(rehearsal: Rehearsal, disturbance: Disturbance): Promise<void> {
  const { worker, plant } = rehearsal;
  switch (disturbance.kind) {
    case 'act':
      return personDoes(rehearsal, disturbance.act);
    case 'answer':
      return plant({ ...disturbance.fault, ...disturbance.meets });
    case 'misled':
      return plant(disturbance.fault);
    case 'crash': {
      const { when, meets } = disturbance;
      // Right now the effect is there, and nobody has heard of it.
      if (!meets && when === 'after' && worker.pid) return void process.kill(worker.pid, 'SIGKILL');
      await until(() => worker.pid !== undefined, 'a worker');
      return plant({ action: 'kill', pid: worker.pid ?? 0, when, ...meets });
    }
  }
}

/** Whoever is at work edits, comments and creates on a live project. */
async function work({ control, sandbox }: Rehearsal, kind: string, side: 'a' | 'b'): Promise<void> {
  const { name } = sandbox.world.live[side].instance;
  await control('POST', 'people', { action: 'once', kind, instance: name });
}

const WHO = 'otto';
/** Some beats of the sandbox. */
const RESTART_MS = 250;

/** In the pages, or in Jira. What is not there cannot be acted on. */
async function personDoes({ control, sandbox: { world } }: Rehearsal, act: Act): Promise<void> {
  const { original } = world;
  const fresh = world.synchronizations.find((one) => one !== original && one.createdAt >= world.startedAt);
  const ofOriginal = { instance: original.home, integrationKey: original.key, by: WHO };
  const click = (page: string, body: object) => control('POST', `ui/${page}`, body);
  const members = { members: { firstAdvancedSettings: { note: `edited ${world.record.length}` } } };
  switch (act) {
    case 'start the original':
    case 'stop the original':
    case 'delete the original':
      return void (await click(act.split(' ')[0] ?? '', ofOriginal));
    case 'restart the original':
      await click('start', ofOriginal);
      // Long enough to carry what there is.
      await sleep(RESTART_MS);
      return void (await click('stop', ofOriginal));
    case 'edit the original':
      return void (await click('edit-configuration', { ...ofOriginal, ...members }));
    case 'make another one': {
      const [a, b] = [world.live.a, world.live.b];
      const made = { instance: world.newHome, firstProject: a.projectKey, secondProject: b.projectKey };
      const instances = { firstInstance: a.instance.name, secondInstance: b.instance.name };
      return void (await click('create', { ...made, ...instances, description: 'do not touch', by: WHO }));
    }
    case 'work on the old A': {
      const old = world.moved?.from;
      if (!old) return;
      const kind = world.record.length % 2 === 0 ? 'edit' : 'comment';
      return void (await control('POST', 'people', { action: 'once', kind, instance: old.instance.name }));
    }
    default: {
      if (!fresh) return;
      const ofNew = { instance: fresh.home, integrationKey: fresh.key, by: WHO };
      if (act === 'edit the new one') return void (await click('edit-configuration', { ...ofNew, ...members }));
      return void (await click(act.split(' ')[0] ?? '', ofNew));
    }
  }
}
