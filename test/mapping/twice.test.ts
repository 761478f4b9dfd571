/** A member that stands twice in one object: readers of JSON differ on which counts, so a person says it before anything is stopped. */
import { expect, it } from 'vitest';
import { translateText } from '../../src/mapping/translate.ts';
import { catalogue, configuration, moved, stayed } from './world.ts';

const task = {
  swapped: false,
  sides: { first: moved(catalogue(0), catalogue(500)), second: stayed(catalogue(700), 'jira-b') },
  projectKeys: { first: 'PA', second: 'PB' },
  decided: {},
};
const source = JSON.stringify(configuration(), null, 1).replace(
  '"firstIssueTypeId": "10000"',
  '"firstIssueTypeId": "10001",\n"firstIssueTypeId": "10000"',
);

it('is asked about, with both values and where they stand', () => {
  const { questions, unresolved } = translateText(source, task);
  const line = source.split('\n').findIndex((each) => each.includes('"firstIssueTypeId": "10001"')) + 1;
  expect(questions).toHaveLength(1);
  expect(questions[0]?.id).toMatch(
    /^twice:issueTypeMappings\[itm-1\]\.firstIssueTypeId#[0-9a-f]{8}@jira-old->jira-new$/,
  );
  expect(questions[0]?.text).toContain(`stands twice in one object (lines ${line} and ${line + 1})`);
  expect(questions[0]?.choices.map(({ value, label }) => [value, label])).toEqual([
    ['first', '"10501"'],
    ['last', '"10500"'],
  ]);
  expect(unresolved).toHaveLength(1);
});

it.each([
  ['first', '10501'],
  ['last', '10500'],
])('has the value that a person says (%s), twice, so that every reader takes the same', (answer, value) => {
  const [question] = translateText(source, task).questions;
  const { text, questions } = translateText(source, { ...task, decided: { [question?.id ?? '']: answer } });
  expect(questions).toEqual([]);
  expect(
    text.split('\n').filter((line) => line.includes(`"firstIssueTypeId": "${value}"`)).length,
  ).toBeGreaterThanOrEqual(2);
  expect(text).toContain(`"firstIssueTypeId": "${value}",\n"firstIssueTypeId": "${value}"`);
});

it('is no question where both say the same', () => {
  const same = source.replace('"10001",\n', '"10000",\n');
  expect(translateText(same, task).questions).toEqual([]);
});

it('is asked about whatever stands there, also whole lists and what says who it is', () => {
  const lists = source.replace('"10001",\n', '"10000",\n').replace('"comments"', '"comments": {"a": 1}, "comments"');
  expect(translateText(lists, task).questions.map(({ id }) => id.split('#')[0])).toEqual(['twice:comments']);
  const homes = source
    .replace('"10001",\n', '"10000",\n')
    .replace('"projectKey": "PA"', '"projectKey": "PX", "projectKey": "PA"');
  expect(translateText(homes, task).questions.map(({ id }) => id.split('#')[0])).toEqual([
    'twice:firstConnector.projectKey',
  ]);
});

it('is refused when the answer is another word', () => {
  const [question] = translateText(source, task).questions;
  const { questions } = translateText(source, { ...task, decided: { [question?.id ?? '']: '10000' } });
  expect(questions[0]?.text).toContain('the answer "10000" is neither first nor last');
});
