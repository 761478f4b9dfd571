import { expect, it } from 'vitest';
import { needsOf } from '../../src/mapping/needs.ts';
import { configuration, withConfiguration } from './world.ts';

/** Read only where a configuration points at them. */
const FEW = ['resolution', 'component', 'version', 'linkType'] as const;

it('reads only what the configuration points at, and of each side the users that it names', () => {
  const plain = needsOf(JSON.stringify(configuration()));
  expect(FEW.filter((kind) => plain.kinds.has(kind))).toEqual([]);
  expect(plain.users).toEqual({ first: ['admin'], second: ['admin'] });

  const source = withConfiguration((one) => {
    one.filter = { firstJql: 'reporter in (kim, "lee") AND resolution = Fixed', secondJql: 'assignee = max' };
    one.fieldMappings = [
      {
        firstFieldId: 'fixVersions',
        secondFieldId: 'assignee',
        values: [{ firstOptionId: '1', secondOptionId: 'zoe' }],
      },
    ];
    one.notifications = {};
  });
  const needs = needsOf(JSON.stringify(source));
  expect(FEW.filter((kind) => needs.kinds.has(kind))).toEqual(['resolution', 'version']);
  expect(needs.users).toEqual({ first: ['kim', 'lee'], second: ['max', 'zoe'] });
  expect(needsOf(JSON.stringify(source), true).users).toEqual({ first: ['max', 'zoe'], second: ['kim', 'lee'] });
});
