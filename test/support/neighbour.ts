/** A world with a neighbour: INT-17 joins the same PA with PC of the partner, runs, and is no part of what is migrated. */
import { makeWorld } from '../../sandbox/start.ts';
import { checkWorldFile } from '../../sandbox/world-file/read.ts';
import type { EntryFile, WorldFile } from '../../sandbox/world-file/types.ts';
import { worldFileOf } from '../../sandbox/world-file/write.ts';

const PLACES = ['jira-old', 'jira-new', 'jira-partner'];
/** How INT-16 and its end on PB are called in the copy. */
const RENAMED: Record<string, string> = { PB: 'PC', 'INT-16': 'INT-17', 'CON-48': 'CON-58', 'CON-49': 'CON-59' };

export function worldWithNeighbour(world: 'moved' | 'workaround', issues = 8): WorldFile {
  const addresses = Object.fromEntries(PLACES.map((name) => [name, `https://${name}.example`]));
  const file = plain(worldFileOf(makeWorld({ world, issues, ambiguous: false }, addresses)));
  const partner = file.instances.find(({ name }) => name === 'jira-partner');
  const original = file.synchronizations.find(({ integration }) => integration.integrationKey === 'INT-16');
  const project = partner?.projects?.find(({ key }) => key === 'PB');
  if (!partner || !original || !project) throw new Error('the seeded world is another one');
  const renamed = Object.entries(RENAMED).reduce(
    (text, [name, other]) => text.replaceAll(name, other),
    JSON.stringify({ project: otherIds(project), neighbour: otherComments(original) }),
  );
  const { project: copy, neighbour } = JSON.parse(renamed);
  partner.projects?.push(copy);
  file.synchronizations.push(neighbour);
  return plain(file);
}

const plain = (file: WorldFile): WorldFile => checkWorldFile('neighbour', JSON.parse(JSON.stringify(file)));

/** Ids are Jira's own, so a copy has others. */
const other = <T extends { id?: string }>(each: T): T =>
  each.id === undefined ? each : { ...each, id: `9${each.id}` };

function otherIds({ issues = [], ...project }: NonNullable<WorldFile['instances'][0]['projects']>[0]) {
  return {
    ...other(project),
    issues: issues.map(({ comments = [], history = [], ...issue }) => ({
      ...other(issue),
      comments: comments.map(other),
      history: history.map(other),
    })),
  };
}

function otherComments({ syncInformation, ...one }: WorldFile['synchronizations'][0]) {
  const renumbered = (entry: EntryFile): EntryFile => ({
    ...entry,
    ...(Array.isArray(entry.comments)
      ? { comments: entry.comments.map((each) => ({ ...each, localId: `9${each.localId}` })) }
      : {}),
  });
  if (!syncInformation) return one;
  const { firstConnector, secondConnector } = syncInformation;
  return { ...one, syncInformation: { firstConnector, secondConnector: secondConnector.map(renumbered) } };
}
