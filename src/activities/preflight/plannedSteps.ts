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
  const all: PlannedStep[] = [
    { step: 'preflight', by: 'read', queue: instanceQueue(old), does: 'read everything, write nothing, and plan' },
    {
      step: 'stopOriginal',
      by: by(old, 'stopSynchronization'),
      queue: instanceQueue(old),
      does: `stop ${old}/${key}`,
      undo: {
        by: by(old, 'startSynchronization'),
        does: `hand over what changed, and start ${old}/${key} again`,
        handOver: by(old, 'pairIssues'),
        resync: by(old, 'resync'),
      },
    },
    {
      step: 'exportConfiguration',
      by: 'read',
      queue: instanceQueue(old),
      does: `read the configuration of ${key} and translate it`,
    },
    {
      step: 'downloadSyncedIssueData',
      by: 'read',
      queue: bulkQueue(old),
      does: `read the synced issue data of ${key}`,
    },
    {
      step: 'createSynchronization',
      by: createdBy,
      queue: instanceQueue(home),
      does: `create a synchronization of ${a} with ${b}`,
      undo: { by: by(home, 'deleteSynchronization'), does: 'delete the synchronization that this migration created' },
    },
    {
      step: 'importConfiguration',
      by: by(home, 'importConfiguration'),
      queue: instanceQueue(home),
      does: 'import the translated configuration',
    },
    {
      step: 'correctConfiguration',
      by: corrected,
      queue: instanceQueue(home),
      does:
        corrected === 'rest'
          ? 'look for conflicts until there is none; what rules or answers know is put right by a draft'
          : 'look for conflicts until there is none',
    },
    {
      step: 'pairIssues',
      by: by(home, 'pairIssues'),
      queue: instanceQueue(home),
      does: 'pair the issues with the synced issue data',
    },
    {
      step: 'startSynchronization',
      by: by(home, 'startSynchronization'),
      queue: instanceQueue(home),
      does: 'start the new synchronization',
      undo: { by: by(home, 'stopSynchronization'), does: 'stop the new one, and find what changed under it' },
    },
    {
      step: 'resyncAToB',
      by: by(home, 'resync'),
      queue: instanceQueue(home),
      does: `resync summaries ${a} → ${b}, and what people changed since the copy`,
    },
    {
      step: 'resyncBToA',
      by: by(home, 'resync'),
      queue: instanceQueue(home),
      does: `resync summaries ${b} → ${a}, and what people changed since the copy`,
    },
    {
      step: 'verify',
      by: 'read',
      queue: bulkQueue(home),
      does: sides.b.unread
        ? `read ${a} and the new one, and hold them against what people of ${b} return (stop the new one if it created more than foreseen)`
        : 'read both sides and prove that nothing is missing or doubled (stop the new one if it created more than foreseen)',
    },
    {
      step: 'approval',
      by: 'person',
      queue: migrationsQueue(),
      does: 'wait for a person to approve exactly what was proved',
    },
    {
      step: 'deleteOriginal',
      by: by(old, 'deleteSynchronization'),
      queue: instanceQueue(old),
      does: `delete ${old}/${key}`,
    },
  ];
  const order = new Set(STEP_ORDERS[start.order ?? 'guide']);
  return all.filter((planned) => order.has(planned.step));
}
