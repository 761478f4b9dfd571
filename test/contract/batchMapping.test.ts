import { expect, it } from 'vitest';
import { checkBatch } from '../../src/contract/batchSchema.ts';

const SEVERITY = 'field:customfield_1@jira-old->jira-new';
const TEAM = 'field:customfield_2@jira-old->jira-new';
const MAPPING = 'a'.repeat(64);

const member = (n: number, more: object = {}) => ({
  original: { instance: 'jira-old', synchronization: `INT-${n}` },
  new: { instance: 'jira-new', projects: {} },
  ...more,
});

const check = (list: unknown[], more: object = {}) =>
  checkBatch({ name: 'wave-1', migrations: list, requestedBy: 'kim@example.com', reason: 'CHG-1', ...more }, list);

it('gives decided answers and id mappings of a batch to each migration; its own go before', () => {
  const own = { mapping: { [TEAM]: 'customfield_9' }, idMappings: ['b'.repeat(64)] };
  const checked = check([member(1), member(2, own)], {
    mapping: { [SEVERITY]: 'customfield_7', [TEAM]: 'customfield_8' },
    idMappings: [MAPPING],
  });
  if ('problems' in checked) expect.fail(JSON.stringify(checked.problems));
  expect(checked.migrations.map(({ mapping, idMappings }) => ({ mapping, idMappings }))).toEqual([
    { mapping: { [SEVERITY]: 'customfield_7', [TEAM]: 'customfield_8' }, idMappings: [MAPPING] },
    { mapping: { [SEVERITY]: 'customfield_7', [TEAM]: 'customfield_9' }, idMappings: own.idMappings },
  ]);
});

it('names a wrong mapping of the batch and of a migration', () => {
  const checked = check([member(1, { mapping: 'none' })], { mapping: { [SEVERITY]: 7 } });
  const paths = 'problems' in checked ? checked.problems.map(({ path }) => path.join('.')) : [];
  expect(paths).toContain(`mapping.${SEVERITY}`);
  expect(paths).toContain('migrations.0.mapping');
});
