/** `migrator setup`: registers the search attributes on a Temporal server. Every worker does the same when it may. */

import type { Command } from 'commander';
import { without } from '../contract/lists.ts';
import { SEARCH_ATTRIBUTES } from '../contract/names.ts';
import { hint, say, sayJson } from './print.ts';
import { type ServiceOptions, serviceCommand, withClient } from './service.ts';

export function addSetup(program: Command): void {
  const description = 'register the search attributes on a Temporal server, and say what was done';
  serviceCommand(program, 'setup', description).action((options: ServiceOptions) =>
    withClient(options, async (client) => {
      const { namespace } = client.options;
      const { ensureSearchAttributes } = await import('../service/searchAttributes.ts');
      const registered = await ensureSearchAttributes(client, namespace);
      const present = without(Object.keys(SEARCH_ATTRIBUTES), registered);
      const { oldServerText } = await import('../server/version.ts');
      const warning = await oldServerText(client.workflowService);
      if (options.json) return sayJson({ namespace, registered, present, ...(warning ? { warning } : {}) });
      if (warning) hint(warning);
      const types = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => `${name} (${type})`);
      say(
        registered.length === 0
          ? `Nothing to do: namespace ${namespace} has ${types.join(', ')}.`
          : `Registered in namespace ${namespace}: ${registered.join(', ')}.${present.length > 0 ? ` There before: ${present.join(', ')}.` : ''}`,
      );
    }),
  );
}
