/** What a person clicks in the sandbox's pages for each task of a migration. The demo's people and those of the tests share it. */
import type { AskedResync } from '../src/activities/resync/task.ts';
import type { BackboneCapabilities } from '../src/config/types.ts';
import type { HumanTask } from '../src/contract/tasks.ts';

/** Every step that can be a person's is one. */
export const BY_PEOPLE = {
  createSynchronization: 'person',
  importConfiguration: 'person',
  pairIssues: 'person',
  stopSynchronization: 'person',
  startSynchronization: 'person',
  resync: 'person',
  deleteSynchronization: 'person',
} as const satisfies Partial<BackboneCapabilities>;

export interface Hands {
  /** Posts to one of `/sandbox/ui/…`. */
  click(page: string, body: object): Promise<unknown>;
  /** A file of a task, by its digest. */
  file(digest: string): Promise<unknown>;
  original: { instance: string; integrationKey: string };
  /** The instance on which the new one is configured. */
  home: string;
  /** Key of project A on that instance. */
  project: string;
  /** Key of the new synchronization, as soon as there is one. */
  created: string | null;
  by: string;
}

/** False when there is nothing to click for this task, or nobody knows how. */
export async function clickFor(hands: Hands, task: HumanTask): Promise<boolean> {
  const { click, by } = hands;
  const old = { ...hands.original, by };
  const fresh = { instance: hands.home, integrationKey: hands.created, by };
  const file = () => hands.file(task.files[0]?.digest ?? '');
  switch (task.step) {
    case 'stopOriginal':
      await click('stop', old);
      return true;
    case 'createSynchronization':
      // Of what was created it is asked whether it may stay.
      if (task.questions.length > 0) return true;
      await click('create', {
        instance: hands.home,
        firstProject: hands.project,
        secondProject: 'PB',
        secondInstance: 'jira-partner',
        summary: 'PA <> PB',
        description: task.clicks.join(' '),
        by,
      });
      return true;
    case 'importConfiguration':
      await click('import-configuration', { ...fresh, configuration: await file() });
      return true;
    case 'pairIssues':
      // Before there is a file to pair with, it asks about pairs and comments.
      if (task.files[0]?.name.endsWith('.json')) await click('pair', { ...fresh, data: await file() });
      return true;
    case 'startSynchronization':
      if (task.questions.length === 0) await click('start', fresh);
      return true;
    case 'resyncAToB':
    case 'resyncBToA':
      await resync(click, fresh, (await file()) as AskedResync);
      return true;
    case 'deleteOriginal':
      await click('delete', old);
      return true;
    default:
      return false;
  }
}

/** Exactly the requests of the task's file. */
async function resync(click: Hands['click'], fresh: object, { connector, requests }: AskedResync): Promise<void> {
  for (const { jql, fieldMappings } of requests) await click('resync', { ...fresh, connector, jql, fieldMappings });
}
