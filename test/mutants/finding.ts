/** What is ours, what stands beside it, and what is there at all. */
import type { Mutant } from './types.ts';

const CANDIDATES = 'test/absence/candidates.test.ts';
const PRESENCE = { file: 'test/absence/presence.test.ts' };

const create = 'src/activities/steps/createSynchronization.ts';
const presence = 'src/activities/presence.ts';

export const FINDING: readonly Mutant[] = [
  {
    promise: 'a creation is not sent beside one that stands there by then',
    of: 'P2',
    file: create,
    text: 'still: async () => (await listed()).length === 0,',
    replacement: 'still: async () => (await listed()).length < 100,',
    killedBy: { file: CANDIDATES, title: 'is not sent a second time' },
  },
  {
    promise: 'a write that something before the instance refused is settled by reading',
    of: 'P2',
    file: 'src/http/exchange.ts',
    text: 'if (this.#isForeign(request, answer) && refuses)',
    replacement: "if (this.#isForeign(request, answer) && effect === 'read')",
    killedBy: { file: 'test/backbone/send.test.ts', title: 'without the headers of the instance' },
  },
  {
    promise: 'what carries the mark of another migration is nobody’s to take',
    of: 'P3',
    file: create,
    text: 'if (others.length > 0) return notOurs(context, others);',
    replacement: '',
    killedBy: { file: 'test/absence/creation.test.ts', title: 'where we create it ourselves' },
  },
  {
    promise: 'what does not carry our mark is ours only when a person says so',
    of: 'P3',
    file: create,
    text: 'there.find(({ value }) => isOurs(context, value));',
    replacement: "there.find(({ value }) => value.integrationKey !== '');",
    killedBy: { file: CANDIDATES, title: 'one of somebody else is shown' },
  },
  {
    promise: 'an answer is about what was shown of each candidate, its pairs too',
    of: 'P3',
    file: 'src/activities/candidates.ts',
    text: 'value.secondConnector.connectorKey, evidence],',
    replacement: 'value.secondConnector.connectorKey],',
    killedBy: { file: CANDIDATES, title: 'one of somebody else is shown' },
  },
  {
    promise: 'another one beside the new one stops every step that is done to it',
    of: 'P3',
    file: 'src/activities/step.ts',
    text: '((await newOneChanged(context)) ?? (await anotherOne(context)))',
    replacement: 'await newOneChanged(context)',
    killedBy: { file: 'test/gate/beside.test.ts' },
  },
  {
    promise: 'what the list has is not gone',
    of: 'P1',
    file: presence,
    text: 'if (listed || parts.found || parts.status) {',
    replacement: 'if (parts.found || parts.status) {',
    killedBy: PRESENCE,
  },
  {
    promise: 'what Backbone may hide from our user is not gone',
    of: 'P4',
    file: presence,
    text: 'if (where.project && !(await mayAdminister(instance, where.project))) {',
    replacement: "if (where.project === '' && !(await mayAdminister(instance, where.project))) {",
    killedBy: PRESENCE,
  },
];
