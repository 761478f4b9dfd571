/** Change detection: one look per interval at the issues of a project that were touched since the last look. */
import type { Side, Synchronization } from '../backbone/model.ts';
import { instanceOfSide, isOnline, syncUserOf } from '../backbone/status.ts';
import { matcher } from '../jql/evaluate.ts';
import type { Instance, Issue, Project, World } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import { changedContent, post, typeIsCarried, wholeContent } from './message.ts';

export function detectChanges(world: World, one: Synchronization, side: Side): void {
  const instance = instanceOfSide(world, one, side);
  const project = instance?.projects.get(side.projectKey);
  if (!instance || !project || side.readTo === project.touched.length || !isOnline(world, one, side)) return;
  const keys = side.readTo < 0 ? project.issues.keys() : new Set(project.touched.slice(side.readTo));
  const inScope = filterOf(world, one, side, instance);
  const issues = [...keys].flatMap((key) => issueOfProject(project, key));
  side.readTo = project.touched.length;
  for (const issue of issues) if (inScope(issue)) look(world, one, side, instance, issue);
}

function issueOfProject(project: Project, key: string): Issue[] {
  const issue = project.issues.get(key);
  // Detection is a query, and queries do not find archived issues.
  return issue && !issue.archived ? [issue] : [];
}

/** The synchronization's own JQL filter of this side. */
export function filterOf(
  world: World,
  one: Synchronization,
  side: Side,
  instance: Instance,
): (issue: Issue) => boolean {
  const { filter } = one.configuration;
  const jql = side.name === 'first' ? filter.firstJql : filter.secondJql;
  return matcher(jql, readerFor(world, instance, syncUserOf(side)));
}

export function readerFor(world: World, instance: Instance, user: string) {
  const timeZone = instance.users.get(user)?.timeZone ?? instance.timeZone;
  return {
    instance,
    timeZone,
    now: stampOf(instance, world.clock.now()),
    validate: true,
    visible: () => true,
    followMoved: true,
  };
}

function look(world: World, one: Synchronization, side: Side, instance: Instance, issue: Issue): void {
  const entry = side.entries.get(issue.key);
  if (!entry) {
    if (side.creating.has(issue.key) || !typeIsCarried(one, side, issue) || !isToBeCreated(world, one, side, issue))
      return;
    post(world, side, issue, 'create', wholeContent(world, one, side, issue, { comments: true, status: 'yes' }));
    return;
  }
  const updated = stampOf(instance, issue.updated, issue);
  if (updated <= entry.lastChangeSeen) return;
  const content = changedContent(world, one, side, { instance, issue, entry });
  entry.lastChangeSeen = updated;
  const { fields, comments, editedComments, deletedComments, files, deletedFiles } = content;
  const lists = [fields, comments, editedComments, deletedComments, files, deletedFiles];
  if (lists.some((list) => list.length > 0) || content.status) post(world, side, issue, 'change', content);
}

/** An issue the sync user created is its own change and stays, until a person touches it. */
function isToBeCreated(world: World, one: Synchronization, side: Side, issue: Issue): boolean {
  const user = syncUserOf(side);
  const since = one.firstStartedAt ?? 0;
  if (issue.creator !== user && (world.switches.startSendsUnpaired || issue.created > since)) return true;
  return (
    issue.history.some((change) => change.author !== user && change.created > since) ||
    issue.comments.some((comment) => comment.author !== user && comment.created > since)
  );
}
