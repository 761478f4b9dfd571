import { expect, it } from 'vitest';
import { parseStart } from '../../src/contract/schemas.ts';
import { messageProblem } from '../../src/contract/verbs.ts';
import { TCTL_COMMAND } from '../support/tctl.ts';
import { BLOCKS, REPLACED, SHELL_BLOCKS } from './page.ts';

const COMMANDS = ['temporal', 'tctl', 'migrator'].flatMap((tool) =>
  ['start', 'look', 'answer', 'approve'].map((verb) => `${tool}-${verb}`),
);

it('has no command that no test runs', () => {
  expect([...BLOCKS.keys()].toSorted()).toEqual(
    [...COMMANDS, 'migrator-print', 'ui-link', 'start.json', 'answer.json', 'approve.json'].toSorted(),
  );
  const run = [...BLOCKS.values()];
  // The build of tctl is test/support/tctl.ts.
  expect(SHELL_BLOCKS.filter((block) => !run.includes(block))).toEqual([
    `cd tools/tctl && go build -o "$HOME/bin/tctl" ${TCTL_COMMAND}`,
  ]);
});

it('uses every value of its table', () => {
  const blocks = [...BLOCKS.values()].join('\n');
  expect(REPLACED.filter((value) => !blocks.includes(value))).toEqual([]);
});

it('shows objects that are accepted, and the same ones in the commands', () => {
  const json = (name: string): unknown => JSON.parse(BLOCKS.get(name) ?? '');
  expect(parseStart(json('start.json'))).toEqual(json('start.json'));
  for (const verb of ['answer', 'approve'] as const) {
    const message = json(`${verb}.json`);
    expect(messageProblem(verb, message)).toBeUndefined();
    for (const tool of ['temporal', 'tctl'])
      expect(JSON.parse(/--input '(.*)'$/.exec(BLOCKS.get(`${tool}-${verb}`) ?? '')?.[1] ?? '')).toEqual(message);
  }
});
