/** Who performs each step, where, and what it does in one sentence. Recorded; the workflow follows the recorded list. */
import type { BackboneCapabilities, Config } from '../../config/types.ts';
import { bulkQueue, instanceQueue, migrationsQueue } from '../../contract/names.ts';
import { STEP_ORDERS } from '../../contract/order.ts';
import type { StartInput } from '../../contract/start.ts';
import type { PlannedStep } from '../../contract/steps.ts';
import { sideName } from '../context.ts';
import type { Sides } from './sides.ts';

export function plannedSteps(config: Config, start: StartInput, sides: Sides): PlannedStep[] {
  const old = start.original.instance;
  const key = start.original.synchronization;
  const home = sides.a.instance;
  const [a, b] = [sideName(sides.a), sideName(sides.b)];
  const by = (instance: string, capability: keyof BackboneCapabilities) =>
    config.instances[instance]?.backbone[capability] === 'person' ? ('person' as const) : ('rest' as const);
  // The creating request carries the sync users of both sides; where the configuration names none, a person gives it to Backbone.
  const named = [sides.a, sides.b].every(({ instance }) => config.instances[instance]?.syncUser);
  const createdBy = named ? by(home, 'createSynchronization') : 'person';
  const corrected = by(home, 'importConfiguration') === 'rest' ? 'rest' : 'read';
  const [atOld, atHome] = [instanceQueue(old), instanceQueue(home)];
  const all = [
    planned('preflight', 'read', atOld, 'read everything, write nothing, and plan'),
    planned('stopOriginal', by(old, 'stopSynchronization'), atOld, `stop ${old}/${key}`, {
      by: by(old, 'startSynchronization'),
      does: `hand over what changed, and start ${old}/${key} again`,
      handOver: by(old, 'pairIssues'),
      resync: by(old, 'resync'),
    }),
    planned('exportConfiguration', 'read', atOld, `read the configuration of ${key} and translate it`),
    planned('downloadSyncedIssueData', 'read', bulkQueue(old), `read the synced issue data of ${key}`),
    planned('createSynchronization', createdBy, atHome, `create a synchronization of ${a} with ${b}`, {
      by: by(home, 'deleteSynchronization'),
      does: 'delete the synchronization that this migration created',
    }),
    planned('importConfiguration', by(home, 'importConfiguration'), atHome, 'import the translated configuration'),
    planned(
      'correctConfiguration',
      corrected,
      atHome,
      `look for conflicts until there is none${corrected === 'rest' ? '; what rules or answers know is put right by a draft' : ''}`,
    ),
    planned('pairIssues', by(home, 'pairIssues'), atHome, 'pair the issues with the synced issue data'),
    planned('startSynchronization', by(home, 'startSynchronization'), atHome, 'start the new synchronization', {
      by: by(home, 'stopSynchronization'),
      does: 'stop the new one, and find what changed under it',
    }),
    planned('resyncAToB', by(home, 'resync'), atHome, resyncs(a, b)),
    planned('resyncBToA', by(home, 'resync'), atHome, resyncs(b, a)),
    planned(
      'verify',
      'read',
      bulkQueue(home),
      `${
        sides.b.unread
          ? `read ${a} and the new one, and hold them against what people of ${b} return`
          : 'read both sides and prove that nothing is missing or doubled'
      } (stop the new one if it created more than foreseen)`,
    ),
    planned('approval', 'person', migrationsQueue(), 'wait for a person to approve exactly what was proved'),
    planned('deleteOriginal', by(old, 'deleteSynchronization'), atOld, `delete ${old}/${key}`),
  ];
  const order = new Set(STEP_ORDERS[start.order ?? 'guide']);
  return all.filter(({ step }) => order.has(step));
}

const planned = (
  step: PlannedStep['step'],
  by: PlannedStep['by'],
  queue: string,
  does: string,
  undo?: PlannedStep['undo'],
): PlannedStep => ({ step, by, queue, does, ...(undo ? { undo } : {}) });

const resyncs = (from: string, to: string): string =>
  `resync summaries ${from} → ${to}, and what people changed since the copy`;
