/** The search attributes as workflows set them; their names and types are in `contract/names.ts`. */
import { defineSearchAttributeKey } from '@temporalio/common';

export const ATTRIBUTES = {
  state: defineSearchAttributeKey('MigrationState', 'KEYWORD'),
  step: defineSearchAttributeKey('MigrationStep', 'KEYWORD'),
  batch: defineSearchAttributeKey('MigrationBatch', 'KEYWORD'),
  original: defineSearchAttributeKey('MigrationOriginal', 'KEYWORD'),
  instances: defineSearchAttributeKey('MigrationInstances', 'KEYWORD_LIST'),
  needsHuman: defineSearchAttributeKey('MigrationNeedsHuman', 'BOOL'),
};
