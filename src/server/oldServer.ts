/** What an operator should know of the Temporal server that was given to us. */
import type { WorkflowService } from '@temporalio/client';
import { crossesNamespaces, firstFixedVersions } from './version.ts';

/** Only where namespaces keep people apart that matters; whoever runs such a server should know. `undefined`: nothing to say. */
export async function oldServerText(service: Pick<WorkflowService, 'getSystemInfo'>): Promise<string | undefined> {
  const { serverVersion } = await service.getSystemInfo({});
  if (!serverVersion || !crossesNamespaces(serverVersion)) return undefined;
  return `This Temporal server (${serverVersion}) lets clients of one namespace act in others (CVE-2025-14986, CVE-2025-14987). Where namespaces keep people apart, upgrade it to ${firstFixedVersions()} or later.`;
}
