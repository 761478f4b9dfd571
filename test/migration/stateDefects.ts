/** Predicates about both synchronizations: how they come to be broken at the gate, and how a person mends it. */

import { newMappingId } from '../../sandbox/backbone/drafts.ts';
import type { FieldMapping } from '../../sandbox/backbone/model.ts';
import { projectOf } from '../../sandbox/world/lookup.ts';
import { until } from '../support/processes.ts';
import { issueBy, people } from './defects.ts';
import type { Defect, Rehearsed } from './gate.ts';

const WHO = 'ben';

/** What somebody does with one of the two in Backbone's pages. */
const old = (act: string, { scene }: Rehearsed, body: object = {}) =>
  scene.control('POST', `ui/${act}`, { instance: 'jira-old', integrationKey: 'INT-16', by: WHO, ...body });
const fresh = (act: string, { scene, one }: Rehearsed, body: object = {}) =>
  scene.control('POST', `ui/${act}`, { instance: 'jira-new', integrationKey: one.key, by: WHO, ...body });

export const STATE_DEFECTS: Defect[] = [
  {
    predicate: 'forecast',
    promise: 'the start made an issue that nobody foresaw, and the new one is stopped at once',
    plant: async (rehearsed) => {
      const { scene, one } = rehearsed;
      const { a, b } = scene.world.live;
      const before = scene.world.clock.now() - 86_400_000;
      const source = issueBy(scene, a.instance, 'PA', 'anna', before, 'overlooked');
      await until(() => one.first.entries.has(source.key), 'a partner to be made');
      return async () => {
        if (one.running) throw new Error('it was left running');
        const partner = one.first.entries.get(source.key)?.remoteIssueKey ?? '';
        one.first.entries.delete(source.key);
        one.second.entries.delete(partner);
        projectOf(a.instance, 'PA').issues.delete(source.key);
        projectOf(b.instance, 'PB').issues.delete(partner);
        await fresh('start', rehearsed);
      };
    },
    names: ['PB-13'],
  },
  {
    predicate: 'running',
    promise: 'the new one was stopped',
    plant: async (rehearsed) => {
      await fresh('stop', rehearsed);
      return () => fresh('start', rehearsed);
    },
    names: ['status STOPPED', 'CON-12-PA', 'CON-13-PB'],
  },
  {
    predicate: 'running',
    promise: 'a connector of the new one is offline',
    plant: ({ one }) => {
      const { application } = one.second;
      if (!application) throw new Error('it has an address');
      const { password } = application;
      application.password = 'rotated';
      return () => {
        application.password = password;
      };
    },
    names: ['CON-13-PB'],
  },
  {
    predicate: 'errors',
    promise: 'an issue is in error in the new one',
    plant: async (rehearsed) => {
      const { scene, one } = rehearsed;
      await scene.control('POST', 'switches', { failIssues: ['jira-partner/PB-4'] });
      await people(scene, {
        kind: 'edit',
        instance: 'jira-new',
        key: 'PA-1',
        field: 'description',
        value: 'Unwelcome',
      });
      await until(() => one.second.held.size > 0, 'an issue in error');
      return async () => {
        await scene.control('POST', 'switches', { failIssues: [] });
        await fresh('retry', rehearsed);
      };
    },
    names: ['CON-13-PB'],
  },
  {
    predicate: 'conflicts',
    promise: 'the new configuration has a conflict',
    plant: ({ scene, one }) => {
      const id = newMappingId(scene.world, 'fm');
      const mapping: FieldMapping = { ...UNKNOWN_FIELD, id };
      one.configuration.fieldMappings.push(mapping);
      return () => one.configuration.fieldMappings.pop();
    },
    names: ['customfield_99999'],
  },
  {
    predicate: 'originalStopped',
    promise: 'somebody started the original again',
    plant: async (rehearsed) => {
      await old('start', rehearsed);
      return () => old('stop', rehearsed);
    },
    names: ['INT-16'],
  },
  {
    predicate: 'originalUnchanged',
    promise: 'somebody changed the configuration of the original',
    plant: async (rehearsed) => {
      const { comments } = rehearsed.scene.world.original.configuration;
      await old('edit-configuration', rehearsed, { members: { comments: { direction: 'NONE', type: 'plain' } } });
      return () => old('edit-configuration', rehearsed, { members: { comments } });
    },
    names: ['comments.direction'],
  },
  {
    predicate: 'trafficAToB',
    promise: 'what was resynced to B did not arrive',
    plant: ({ one }) => silence(one.second.entries.get('PB-4')),
    names: ['PA-1'],
  },
  {
    predicate: 'trafficBToA',
    promise: 'what was resynced to A did not arrive',
    plant: ({ one }) => silence(one.first.entries.get('PA-1')),
    names: ['PB-4'],
  },
];

const UNKNOWN_FIELD = {
  direction: 'NONE',
  type: 'passthrough',
  firstFieldId: 'customfield_99999',
  secondFieldId: 'summary',
} as const;

/** As if nothing had ever come in. */
function silence(
  entry: { lastIncomingChange: number; incomingMessageSequenceId: number | bigint } | undefined,
): () => void {
  if (!entry) throw new Error('there is no such pair');
  const { lastIncomingChange, incomingMessageSequenceId } = entry;
  Object.assign(entry, { lastIncomingChange: 0, incomingMessageSequenceId: 0 });
  return () => void Object.assign(entry, { lastIncomingChange, incomingMessageSequenceId });
}
