/** Hidden issues: Jira answers 404 for them, exactly as for missing ones. */
import type { Call } from '../http/router.ts';
import type { Issue } from '../world/model.ts';

export function visibleTo(call: Call): (issue: Issue) => boolean {
  const hidden = new Set(call.world.switches.hiddenIssues);
  return (issue) => !hidden.has(`${call.instance.name}/${issue.key}`);
}
