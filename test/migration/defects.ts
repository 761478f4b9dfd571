/** For every predicate of verify: how it comes to be broken while the migration waits at the gate, and how it is mended. */
import { addComment, changeFields, createIssue } from '../../sandbox/world/changes.ts';
import { issueOf, projectOf } from '../../sandbox/world/lookup.ts';
import type { Instance, Issue } from '../../sandbox/world/model.ts';
import type { Scene } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import type { Defect } from './gate.ts';

const SYNC_USER = 'backbone';

export const PAIR_DEFECTS: Defect[] = [
  {
    predicate: 'pairs',
    promise: 'a pair got lost in the new one',
    plant: ({ one }) => {
      const [a, b] = [one.first.entries.get('PA-1'), one.second.entries.get('PB-4')];
      one.first.entries.delete('PA-1');
      one.second.entries.delete('PB-4');
      return () => {
        if (a) one.first.entries.set('PA-1', a);
        if (b) one.second.entries.set('PB-4', b);
      };
    },
    names: ['PA-1 <> PB-4'],
  },
  {
    predicate: 'mirrors',
    promise: 'one connector alone holds a pair',
    plant: ({ one }) => {
      const entry = one.second.entries.get('PB-4');
      one.second.entries.delete('PB-4');
      return () => entry && one.second.entries.set('PB-4', entry);
    },
    names: ['PA-1 <> PB-4 is held by the first connector only'],
  },
  {
    predicate: 'witnesses',
    promise: 'another issue stands under a paired key',
    plant: ({ scene }) => {
      const issue = issueIn(scene, 'jira-new', 'PA-2');
      const { reporter } = issue;
      issue.reporter = 'dmitri-of-another-project';
      return () => {
        issue.reporter = reporter;
      };
    },
    names: ['PA-2'],
  },
  {
    predicate: 'summaries',
    promise: 'the summaries of a pair differ for good',
    plant: ({ scene }) => {
      bySync(scene, 'jira-partner', 'PB-4', 'summary', 'Only here');
      return () => people(scene, { kind: 'edit', instance: 'jira-partner', key: 'PB-4', field: 'summary' });
    },
    names: ['PA-1'],
  },
  {
    predicate: 'changedFields',
    promise: 'what people wrote since the copy did not arrive',
    prepare: async (scene) => {
      const act = {
        kind: 'edit',
        instance: 'jira-partner',
        key: 'PB-4',
        field: 'description',
        value: 'After the copy',
      };
      await people(scene, act);
      const old = issueIn(scene, 'jira-old', 'PA-1');
      await until(() => old.values.get('description') === 'After the copy', 'the original to carry it');
    },
    plant: ({ scene }) => {
      bySync(scene, 'jira-new', 'PA-1', 'description', 'As it was before');
      return () => bySync(scene, 'jira-new', 'PA-1', 'description', 'After the copy');
    },
    names: ['PA-1 <> PB-4: description'],
  },
  {
    predicate: 'changedFields',
    promise: 'what people wrote since the resync did not arrive',
    plant: async ({ scene }) => {
      await scene.control('POST', 'switches', { dropMessages: 1 });
      await people(scene, { kind: 'edit', instance: 'jira-new', key: 'PA-1', field: 'description', value: 'Dropped' });
      await until(() => scene.world.switches.dropMessages === 0, 'the message to be lost');
      return () => bySync(scene, 'jira-partner', 'PB-4', 'description', 'Dropped');
    },
    names: ['PA-1 <> PB-4: description'],
  },
  {
    predicate: 'comments',
    promise: 'a comment is missing on one side',
    plant: ({ scene }) => {
      const issue = issueIn(scene, 'jira-partner', 'PB-4');
      const added = addComment(scene.world.live.b.instance, issue, { ...COMMENT, at: scene.world.clock.now() });
      return () => issue.comments.splice(issue.comments.indexOf(added), 1);
    },
    names: ['PA-1'],
  },
  {
    predicate: 'comments',
    promise: 'a comment is missing on the one side to which they are carried',
    prepare: ({ world }) => void Object.assign(world.original.configuration.comments, { direction: 'FIRST_TO_SECOND' }),
    plant: async ({ scene }) => {
      await scene.control('POST', 'switches', { dropMessages: 1 });
      await people(scene, { kind: 'comment', instance: 'jira-new', key: 'PA-1', value: 'Lost' });
      await until(() => scene.world.switches.dropMessages === 0, 'the message to be lost');
      const { comments } = issueIn(scene, 'jira-new', 'PA-1');
      return () => comments.pop();
    },
    names: ['PB-4'],
  },
  {
    predicate: 'comments',
    promise: 'a comment stands twice on one side',
    plant: async ({ scene }) => {
      await people(scene, { kind: 'comment', instance: 'jira-new', key: 'PA-1', value: 'Said once' });
      const issue = issueIn(scene, 'jira-partner', 'PB-4');
      await until(() => issue.comments.some(({ body }) => body === 'Said once'), 'the comment to be carried');
      const again = { ...COMMENT, body: 'Said once', at: scene.world.clock.now() };
      const added = addComment(scene.world.live.b.instance, issue, again);
      return () => issue.comments.splice(issue.comments.indexOf(added), 1);
    },
    names: ['PB-4'],
  },
  {
    predicate: 'duplicates',
    promise: 'the sync user made an issue that nobody is paired with',
    plant: ({ scene }) => {
      const { instance } = scene.world.live.b;
      const copy = issueBy(scene, instance, 'PB', SYNC_USER, scene.world.clock.now(), 'person-copy');
      return () => projectOf(instance, 'PB').issues.delete(copy.key);
    },
    names: ['PB-13'],
  },
  {
    predicate: 'duplicates',
    promise: 'the sync user made an issue under the key that a paired one has on the other side',
    prepare: sameKeys,
    plant: ({ scene }) => {
      const { instance, projectKey } = scene.world.live.b;
      const project = projectOf(instance, projectKey);
      project.nextNumber = 1;
      const copy = issueBy(scene, instance, projectKey, SYNC_USER, scene.world.clock.now(), 'person-copy');
      return () => project.issues.delete(copy.key);
    },
    names: ['PA-1'],
  },
];

/** The project of B gets the key of A's, as many have that are kept in step. Nobody has done anything yet. */
function sameKeys({ world }: Scene): void {
  const { original, live } = world;
  const project = projectOf(live.b.instance, live.b.projectKey);
  const [was, now] = [`${project.key}-`, `${live.a.projectKey}-`];
  const renamed = (key: string) => key.replace(was, now);
  live.b.instance.projects.delete(project.key);
  live.b.instance.projects.set(live.a.projectKey, project);
  const issues = [...project.issues.values()];
  for (const issue of issues) Object.assign(issue, { key: renamed(issue.key), projectKey: live.a.projectKey });
  project.issues = new Map(issues.map((issue) => [issue.key, issue]));
  project.touched = project.touched.map(renamed);
  project.key = live.a.projectKey;
  live.b.projectKey = live.a.projectKey;
  const { first, second } = original;
  second.projectKey = live.a.projectKey;
  for (const entry of first.entries.values()) entry.remoteIssueKey = renamed(entry.remoteIssueKey);
  for (const entry of second.entries.values()) entry.localIssueKey = renamed(entry.localIssueKey);
  second.entries = new Map([...second.entries.values()].map((entry) => [entry.localIssueKey, entry]));
  for (const row of first.panel.values()) row.partnerKey = renamed(row.partnerKey);
  second.panel = new Map([...second.panel].map(([key, row]) => [renamed(key), row]));
}

const COMMENT = { by: SYNC_USER, body: 'Nobody said this on the other side', origin: 'planted' };

export function issueIn({ world }: Scene, instance: string, key: string): Issue {
  const home = world.instances.get(instance);
  const found = home && issueOf(home, key);
  if (!found) throw new Error(`${instance} has no ${key}`);
  return found;
}

/** An edit that no synchronization carries. */
function bySync(scene: Scene, instance: string, key: string, fieldId: string, value: string): void {
  const home = scene.world.instances.get(instance);
  const at = scene.world.clock.now();
  if (home) changeFields(home, issueIn(scene, instance, key), SYNC_USER, at, new Map([[fieldId, value]]));
}

export function issueBy(
  scene: Scene,
  instance: Instance,
  projectKey: string,
  by: string,
  at: number,
  origin: string,
): Issue {
  const [type, status, priority] = [instance.issueTypes[0], instance.statuses[0], instance.priorities[0]];
  const values = new Map([
    ['issuetype', type?.id ?? ''],
    ['status', status?.id ?? ''],
    ['priority', priority?.id ?? ''],
    ['summary', `Made by ${by} as ${origin}`],
  ]);
  scene.world.nextOrigin++;
  return createIssue(instance, { projectKey, by, at, origin, values });
}

export const people = ({ control }: Pick<Scene, 'control'>, act: Record<string, string>): Promise<unknown> =>
  control('POST', 'people', { action: 'once', ...act });
