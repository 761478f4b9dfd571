/** Which issues and comments of a world file are copies of one another, where the file does not say so itself. */
import { connectorsOf, type IssueFile, instanceOfConnector, type WorldFile } from './types.ts';

/** By instance and key; pairs and the copies of a moved project are one logical issue. */
export function issueOrigins(file: WorldFile): (instance: string, issue: IssueFile) => string {
  const together = new Map<string, string>();
  const root = (node: string): string => {
    const next = together.get(node);
    return next === undefined || next === node ? node : root(next);
  };
  const join = (one: string, other: string) => {
    if (root(one) !== root(other)) together.set(root(other), root(one));
  };
  for (const one of file.synchronizations) {
    const { first, second } = connectorsOf(one);
    const [here, there] = [instanceOfConnector(file, first)?.name, instanceOfConnector(file, second)?.name];
    const entries = one.syncInformation?.firstConnector.map((entry) => [entry.localIssueKey, entry.remoteIssueKey]);
    const pairs = entries ?? one.pairs?.map((pair) => [pair.first, pair.second]) ?? [];
    for (const [local, remote] of pairs) join(`${here}/${local}`, `${there}/${remote}`);
  }
  const { move } = file;
  if (move) {
    const old = file.instances.find(({ name }) => name === move.from.instance);
    const issues = old?.projects?.find(({ key }) => key === move.from.project)?.issues ?? [];
    for (const { key } of issues) {
      const number = key.slice(key.lastIndexOf('-'));
      join(`${move.from.instance}/${key}`, `${move.to.instance}/${move.to.project}${number}`);
    }
  }
  return (instance, issue) => issue.origin ?? root(`${instance}/${issue.key}`);
}

/** Equal texts of one logical issue are copies; the second of two equal ones is another comment. */
export function commentOrigins(issue: IssueFile, origin: string): string[] {
  const counts = new Map<string, number>();
  return (issue.comments ?? []).map((comment) => {
    const count = (counts.get(comment.body) ?? 0) + 1;
    counts.set(comment.body, count);
    return comment.origin ?? `${origin}: ${comment.body} (${count})`;
  });
}
