/**
 * Step 2.2 of the guide: import the configuration, translated. Through drafts where the operator allows it; what drafts do not
 * carry (workflows, comments, attachments, advanced settings, filter: documented list) is a person's.
 */

import {
  addFieldDefault,
  addFieldMappings,
  addIssueTypeMappings,
  createDraft,
  publishDraft,
} from '../../backbone/requests.ts';
import type { Synchronization, WriteRequest } from '../../backbone/types.ts';
import { sameConfiguration } from '../../mapping/compare.ts';
import { draftParts } from '../../mapping/parts.ts';
import { administratorOf, factOf, performerOf, planOf, type StepContext, taskFor } from '../context.ts';
import type { Step } from '../step.ts';
import { liveConfiguration } from '../translation.ts';
import { write } from '../write.ts';

/** Members that a draft carries (documented); everything else of a configuration is imported by a person. */
const DRAFT_MEMBERS = ['issueTypeMappings', 'fieldMappings', 'fieldDefaults'];

const carriedByDraft = (path: string): boolean => DRAFT_MEMBERS.some((member) => path.includes(member));

export const importConfiguration: Step = {
  name: 'importConfiguration',

  async check(context) {
    const { equal, differences } = sameConfiguration(await liveConfiguration(context), await wanted(context));
    if (equal) return { state: 'done', basis: 'read' };
    const byDraft = performerOf(context) === 'rest' && differences.some(carriedByDraft);
    return { state: 'notDone', missing: differences, next: byDraft ? 'perform' : 'person' };
  },

  async perform(context) {
    const { key, firstConnector, secondConnector } = factOf(context, 'created');
    const parts = draftParts(await wanted(context));
    const { backbone } = context.open(planOf(context).a.instance);
    const live = async () => backbone.synchronization(key);
    const draft = async () => backbone.draft(key);
    const published = async () => {
      const now = await live();
      return now !== undefined && !sameConfiguration(now.value, await wanted(context)).differences.some(carriedByDraft);
    };
    const inDraft = async (member: 'issueTypeMappings' | 'fieldMappings', wantedCount: number) =>
      listOf((await draft())?.[member]).length >= wantedCount;
    const step = (part: string, request: WriteRequest, settled: () => Promise<boolean>) =>
      write(context, { part, instance: planOf(context).a.instance, request, settled });

    await step('draft', createDraft(key), async () => (await draft()) !== undefined);
    if (parts.issueTypeMappings.length > 0) {
      await step('draft, issue types', addIssueTypeMappings(key, parts.issueTypeMappings), () =>
        inDraft('issueTypeMappings', parts.issueTypeMappings.length),
      );
    }
    if (parts.fieldMappings.length > 0) {
      await step('draft, fields', addFieldMappings(key, parts.fieldMappings), () =>
        inDraft('fieldMappings', parts.fieldMappings.length),
      );
    }
    const defaults = [
      ...parts.firstFieldDefaults.map((element) => ({
        side: 'firstConnector' as const,
        connector: firstConnector,
        element,
      })),
      ...parts.secondFieldDefaults.map((element) => ({
        side: 'secondConnector' as const,
        connector: secondConnector,
        element,
      })),
    ];
    for (const { side, connector, element } of defaults) {
      const fieldId = String(element.fieldId);
      await step(`draft, default of ${fieldId} on ${connector}`, addFieldDefault(key, connector, element), async () =>
        listOf((await draft())?.[side].fieldDefaults).some((entry) => entry.fieldId === fieldId),
      );
    }
    await step('publish', publishDraft(key), published);
  },

  async instruct(context, missing) {
    const { key } = factOf(context, 'created');
    return taskFor(context, {
      title: `Import the translated configuration into ${key}`,
      why: 'No documented interface carries these parts; the configuration import of Backbone does.',
      who: administratorOf(planOf(context).a),
      clicks: [
        `Open ${key} on ${planOf(context).a.instance}, click ••• and then Import configuration.`,
        'Choose the attached file. It is the exported configuration with the ids of the new instance.',
        `Still different: ${missing.slice(0, 12).join(', ')}${missing.length > 12 ? `, and ${missing.length - 12} more` : ''}.`,
      ],
      files: [{ name: `${key}-configuration.json`, digest: factOf(context, 'translated') }],
      waitingFor: 'the configuration read from the instance equals the file.',
    });
  },
};

const wanted = (context: StepContext): Promise<Synchronization> =>
  context.store.artifacts.getJson<Synchronization>(factOf(context, 'translated'));

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : []);
