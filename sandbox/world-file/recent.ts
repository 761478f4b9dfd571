/** What people did between the copy of a project and the start of the sandbox is judged like everything they do later. */
import { isSyncUser } from '../people/acts.ts';
import { fieldMeaning } from '../world/lookup.ts';
import type { Issue, LiveSide, World } from '../world/model.ts';
import type { RecordEntry } from '../world/record.ts';

type Act = Omit<RecordEntry, 'n'>;

export function recordWorkSince(world: World, since: number): void {
  const acts = [world.live.a, world.live.b].flatMap((side) =>
    [...(side.instance.projects.get(side.projectKey)?.issues.values() ?? [])].flatMap((issue) => actsOn(side, issue)),
  );
  const recent = acts.filter(({ at, user = '', instance = '' }) => {
    const found = world.instances.get(instance);
    return at > since && found !== undefined && !isSyncUser(world, found, user);
  });
  for (const act of recent.sort((one, other) => one.at - other.at)) world.record.add(act);
}

function actsOn({ instance, projectKey }: LiveSide, issue: Issue): Act[] {
  const { origin, key } = issue;
  const subject = { instance: instance.name };
  const edits = issue.history.flatMap(({ created: at, author: user, items }) =>
    items.map(({ fieldId, toString: value }): Act => {
      const detail = { field: fieldMeaning(instance, fieldId), value, origin, key };
      return { ...subject, at, kind: 'edit', user, what: 'field changed', detail };
    }),
  );
  const comments = issue.comments.map(({ created: at, author: user, origin: comment, body }): Act => {
    return { ...subject, at, kind: 'comment', user, what: 'comment added', detail: { origin, comment, key, body } };
  });
  const detail = { origin, key, project: projectKey };
  const birth: Act = {
    ...subject,
    at: issue.created,
    kind: 'create',
    user: issue.creator,
    what: 'issue created',
    detail,
  };
  return [birth, ...edits, ...comments];
}
