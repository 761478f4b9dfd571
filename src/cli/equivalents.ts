/** The same start with the tools of others, and where to look at it. */
import { shellWord, shownJson } from '../contract/foreign.ts';
import { MIGRATE_WORKFLOW } from '../contract/names.ts';
import { withoutTrailing } from '../contract/text.ts';
import { say, sayJson } from './print.ts';
import type { Whereabouts } from './service.ts';

/** What starts a workflow: a migration where nothing else is said. */
interface Sendable {
  workflowId: string;
  taskQueue: string;
  start: unknown;
  workflowType?: string;
}

/** The same start with the tools of others: nothing is sent by printing it. */
export function equivalents(
  { workflowId, taskQueue, start, workflowType = MIGRATE_WORKFLOW }: Sendable,
  where: Whereabouts,
) {
  const address = where.address ? `--address ${shellWord(where.address)} ` : '';
  const namespace = shellWord(where.namespace ?? 'default');
  const input = shellWord(JSON.stringify(start));
  const query = new URLSearchParams({ workflowId, taskQueue, workflowType });
  return {
    temporal: `temporal workflow start ${address}--namespace ${namespace} --task-queue ${shellWord(taskQueue)} --type ${workflowType} --workflow-id ${shellWord(workflowId)} --input ${input}`,
    tctl: `tctl ${address}--namespace ${namespace} workflow start --taskqueue ${shellWord(taskQueue)} --workflow_type ${workflowType} --workflow_id ${shellWord(workflowId)} --input ${input}`,
    ...(where.uiUrl ? { ui: `${namespaceUrl(where.uiUrl, where)}/workflows/start-workflow?${query}` } : {}),
    start,
  };
}

/** The page of a workflow in the UI; `undefined` where its address is not known. */
export const workflowUrl = (where: Whereabouts, workflowId: string, runId: string): string | undefined =>
  where.uiUrl && `${namespaceUrl(where.uiUrl, where)}/workflows/${encodeURIComponent(workflowId)}/${runId}`;

const namespaceUrl = (ui: string, where: Whereabouts): string =>
  `${withoutTrailing(ui, '/')}/namespaces/${encodeURIComponent(where.namespace ?? 'default')}`;

/** Prints them; nothing is sent. */
export function printEquivalents(sendable: Sendable, where: Whereabouts, json = false): void {
  const commands = equivalents(sendable, where);
  if (json) {
    sayJson(commands);
    return;
  }
  const input = JSON.stringify(commands.start, undefined, 2);
  const ui = commands.ui
    ? ['', commands.ui, '  and as input, in place of what it may show of an earlier run:', shownJson(input).split('\n')]
    : [];
  say([commands.temporal, '', commands.tctl, ...ui]);
}
