/** Two instances with the same things under other ids, and a configuration of the assumed shape (docs/assumptions.md). */
import type { Synchronization } from '../../src/backbone/types.ts';
import type { Catalogue, SideCatalogues } from '../../src/mapping/catalogue.ts';
import { type Translation, type TranslationTask, translateText } from '../../src/mapping/translate.ts';

export const SELECT = 'com.atlassian.jira.plugin.system.customfieldtypes:select';
export const TEXT = 'com.atlassian.jira.plugin.system.customfieldtypes:textfield';

/** A catalogue whose ids depend on `offset` alone. */
export const catalogue = (offset: number): Catalogue => ({
  issueTypes: [
    { id: `${10000 + offset}`, name: 'Bug', subtask: false },
    { id: `${10001 + offset}`, name: 'Task', subtask: false },
    { id: `${10002 + offset}`, name: 'Sub-task', subtask: true },
  ],
  fields: [
    { id: 'summary', name: 'Summary', custom: false, type: 'string' },
    { id: 'priority', name: 'Priority', custom: false, type: 'priority' },
    { id: `customfield_${10105 + offset}`, name: 'Severity', custom: true, type: SELECT },
    { id: `customfield_${10106 + offset}`, name: 'Partner key', custom: true, type: TEXT },
  ],
  options: {
    [`customfield_${10105 + offset}`]: [
      { id: `${10300 + offset}`, value: 'Minor', disabled: false },
      { id: `${10301 + offset}`, value: 'Major', disabled: false },
    ],
  },
  statuses: [
    { id: `${3 + offset}`, name: 'In Progress', category: 'indeterminate' },
    { id: `${4 + offset}`, name: 'Done', category: 'done' },
  ],
  priorities: [
    { id: `${1 + offset}`, name: 'High' },
    { id: `${2 + offset}`, name: 'Low' },
  ],
  project: { id: `${10900 + offset}`, key: 'PA' },
  users: [{ id: 'admin', displayName: 'Admin', email: 'admin@example.com' }],
});

export const stayed = (one: Catalogue, instance: string): SideCatalogues => ({
  old: one,
  new: one,
  sameInstance: true,
  oldInstance: instance,
  newInstance: instance,
});

export const moved = (old: Catalogue, now: Catalogue): SideCatalogues => ({
  old,
  new: now,
  sameInstance: false,
  oldInstance: 'jira-old',
  newInstance: 'jira-new',
});

export const configuration = (): Synchronization => ({
  integrationKey: 'INT-16',
  summary: 'PA <> PB',
  createdDate: '2024-01-05T10:00:00+0100',
  firstConnector: {
    connectorKey: 'CON-48-PA',
    projectKey: 'PA',
    connection: { application: { baseUrl: 'https://jira-a.example', user: 'backbone' } },
    fieldDefaults: [{ fieldDefaultKey: 'fd-1', fieldId: 'customfield_10105', value: { id: '10301' } }],
    advancedSettings: { 'sync.outgoingInterval': '5s', 'sync.correlationFieldId': 'customfield_10106' },
  },
  issueTypeMappings: [
    { id: 'itm-1', direction: 'FIRST_TO_SECOND', firstIssueTypeId: '10000', secondIssueTypeId: '10700' },
    { id: 'itm-2', direction: 'EACH_OTHER', firstIssueTypeId: '10002', secondIssueTypeId: '10702' },
  ],
  fieldMappings: [
    { id: 'fm-1', direction: 'EACH_OTHER', type: 'passthrough', firstFieldId: 'summary', secondFieldId: 'summary' },
    {
      id: 'fm-3',
      direction: 'EACH_OTHER',
      type: 'correlation',
      firstFieldId: 'priority',
      secondFieldId: 'priority',
      values: [{ firstOptionId: '1', secondOptionId: '701' }],
    },
    {
      id: 'fm-4',
      direction: 'SECOND_TO_FIRST',
      type: 'correlation',
      firstFieldId: 'customfield_10105',
      secondFieldId: 'customfield_10805',
      values: [
        { firstOptionId: '10300', secondOptionId: '11000' },
        { firstOptionId: '10301', secondOptionId: '11001' },
      ],
    },
  ],
  secondConnector: {
    connectorKey: 'CON-49-PB',
    projectKey: 'PB',
    connection: {},
    fieldDefaults: [],
    advancedSettings: {},
  },
  workflowMappings: [
    {
      id: 'wm-1',
      editor: 'default',
      firstIssueTypeId: '10000',
      secondIssueTypeId: '10700',
      statuses: [{ firstStatusId: '3', secondStatusId: '703' }],
    },
  ],
  comments: { direction: 'EACH_OTHER', type: 'plain' },
  attachments: { direction: 'NONE' },
  filter: { firstJql: '', secondJql: '' },
  notifications: { recipients: ['admin'] },
});

export interface TranslationInput extends TranslationTask {
  /** Not changed. */
  configuration: Synchronization;
}

/** As the text of an exported file is translated. */
export function translateConfiguration({ configuration: source, ...task }: TranslationInput): Translation & {
  configuration: Synchronization;
} {
  const { text, ...translation } = translateText(JSON.stringify(source), task);
  return { ...translation, configuration: JSON.parse(text) };
}

/** A moved from the catalogue of offset 0 to that of offset 500; B stays, at offset 700. */
export const translate = (change: Partial<TranslationInput> = {}) =>
  translateConfiguration({
    configuration: configuration(),
    swapped: false,
    sides: { first: moved(catalogue(0), catalogue(500)), second: stayed(catalogue(700), 'jira-b') },
    projectKeys: { first: 'PA', second: 'PB' },
    decided: {},
    ...change,
  });

/** The same with something else on the new instance. */
export const withNew = (edit: (now: Catalogue) => void) => {
  const now = catalogue(500);
  edit(now);
  return { first: moved(catalogue(0), now), second: stayed(catalogue(700), 'jira-b') };
};

export const withConfiguration = (edit: (source: Synchronization) => void): Synchronization => {
  const source = configuration();
  edit(source);
  return source;
};
