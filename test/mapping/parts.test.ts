import { describe, expect, it } from 'vitest';
import { draftParts, personParts } from '../../src/mapping/parts.ts';
import { configuration } from './world.ts';

describe('the parts of a configuration', () => {
  it('gives drafts elements without the ids that the server allots', () => {
    const parts = draftParts(configuration());
    expect(parts.issueTypeMappings[0]).toEqual({
      direction: 'FIRST_TO_SECOND',
      firstIssueTypeId: '10000',
      secondIssueTypeId: '10700',
    });
    expect(parts.fieldMappings).toHaveLength(3);
    expect(parts.firstFieldDefaults).toEqual([{ fieldId: 'customfield_10105', value: { id: '10301' } }]);
    expect(parts.secondFieldDefaults).toEqual([]);
  });

  it('leaves nothing out: what drafts do not carry is a person’s, unknown members too', () => {
    const source = configuration();
    expect(personParts(source)).toEqual({
      workflowMappings: source.workflowMappings,
      comments: source.comments,
      attachments: source.attachments,
      filter: source.filter,
      firstAdvancedSettings: source.firstConnector.advancedSettings,
      secondAdvancedSettings: {},
      others: { notifications: { recipients: ['admin'] } },
    });
  });

  it('takes a configuration without mappings', () => {
    const bare = {
      integrationKey: 'INT-1',
      firstConnector: { connectorKey: 'A', projectKey: 'PA' },
      secondConnector: { connectorKey: 'B', projectKey: 'PB' },
    };
    expect(draftParts(bare).fieldMappings).toEqual([]);
    expect(personParts(bare)).not.toHaveProperty('others');
  });
});
