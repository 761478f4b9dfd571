/** What can only be known later, or belongs to two sides: keys of the new synchronization, the setting of responsibility. */
import { describe, expect, it } from 'vitest';
import { withOwnKeys } from '../../src/mapping/ownKeys.ts';
import { type configuration, translate, withConfiguration } from './world.ts';

describe('keys of the new synchronization', () => {
  const source = withConfiguration((one) =>
    Object.assign(one, {
      whatever: {
        from: 'CON-48-PA',
        'CON-49-PB': 1,
        note: 'from CON-48-PA on, not CON-48-PAX',
      },
    }),
  );

  it('are not asked before they can be known', () => {
    const { questions, unresolved, configuration: kept, references } = translate({ configuration: source });
    expect(questions).toEqual([]);
    expect(unresolved).toEqual([]);
    expect(kept.whatever).toEqual(source.whatever);
    expect(references.find(({ path }) => path === 'whatever.from')).toMatchObject({
      rule: 'new home',
      evidence: 'filled in as soon as the new synchronization exists',
    });
  });

  it('are filled in when it exists, byte for byte elsewhere', () => {
    const text = JSON.stringify(source, null, 1);
    const filled = withOwnKeys(text, { firstConnector: 'CON-1-PA', secondConnector: 'CON-2-PB' });
    expect(JSON.parse(filled).whatever).toEqual({
      from: 'CON-1-PA',
      'CON-2-PB': 1,
      note: 'from CON-1-PA on, not CON-48-PAX',
    });
    expect(JSON.parse(filled).firstConnector.connectorKey).toBe('CON-1-PA');
    expect(JSON.parse(filled).integrationKey).toBe('INT-16');
    const lines = (one: string) => one.split('\n');
    expect(lines(filled).filter((line, n) => line !== lines(text)[n])).toHaveLength(5);
    expect(withOwnKeys(filled, { firstConnector: 'CON-1-PA', secondConnector: 'CON-2-PB' })).toBe(filled);
  });

  it('that the other connector had before do not get in the way of each other', () => {
    const text = JSON.stringify(withConfiguration((one) => Object.assign(one, { x: 'CON-48-PA and CON-49-PB' })));
    const filled = withOwnKeys(text, { firstConnector: 'CON-49-PB', secondConnector: 'CON-48-PA' });
    expect(JSON.parse(filled).x).toBe('CON-49-PB and CON-48-PA');
  });

  it('leave a question about the rest of the text, whose answer may hold the old key', () => {
    const odd = withConfiguration((one) => Object.assign(one, { x: 'CON-48-PA: customfield_10105' }));
    const [question] = translate({ configuration: odd }).questions;
    expect(question?.text).toContain('"CON-48-PA: customfield_10605"');
    const decided = { [question?.id ?? '']: 'CON-48-PA: customfield_10605' };
    expect(translate({ configuration: odd, decided }).questions).toEqual([]);
  });
});

describe('sync.responsibilityConfiguration', () => {
  const set = (side: 'firstConnector' | 'secondConnector', value: unknown) =>
    withConfiguration((one) => {
      one[side].advancedSettings = { 'sync.responsibilityConfiguration': value };
    });
  const ask = (source: ReturnType<typeof configuration>) => translate({ configuration: source }).questions;
  const json = (value: object) => JSON.stringify(JSON.stringify(value));

  it('is proposed with each part by its own side', () => {
    const value = { customField: 'customfield_10105', local: '10300', remote: '11001' };
    const [question] = ask(set('firstConnector', JSON.stringify(value)));
    expect(question?.text).toContain(json({ customField: 'customfield_10605', local: '10800', remote: '11001' }));
    const digits = JSON.stringify({ customField: 10105, local: 10300, remote: 10301 });
    expect(ask(set('firstConnector', digits))[0]?.text).toContain(
      json({ customField: 10605, local: 10800, remote: 10801 }),
    );
  });

  it('of a side that stayed is not asked about, but for what is of the side that moved', () => {
    const stays = { customField: 'customfield_10805', local: '11000', remote: '11001' };
    expect(ask(set('secondConnector', JSON.stringify(stays)))).toEqual([]);
    expect(ask(set('secondConnector', stays))).toEqual([]);
    const [question] = ask(set('secondConnector', JSON.stringify({ ...stays, remote: '10300' })));
    expect(question?.text).toContain(json({ ...stays, remote: '10800' }));
  });

  it('names a number that is an option of neither', () => {
    const [question] = ask(
      set('firstConnector', '{"customField":"customfield_10105",\n"local":"10300",\n"remote":"99"}'),
    );
    expect(question?.text).toContain('line 3: "remote" is 99, which is an option of neither side');
  });

  it('is asked part by part where it is no text', () => {
    const value = { customField: 'customfield_10105', local: 10300, remote: 11001 };
    const asked = ask(set('firstConnector', value)).map(({ text }) => /it reads "([^"]*)"/.exec(text)?.[1]);
    expect(asked).toEqual(['customfield_10605', '10800']);
  });

  it.each([
    [
      '{"customField":"customfield_10605","local":"10800","remote":"10300"}',
      'line 1: "remote" is 10300, which is an option of neither side',
    ],
    [
      '{"customField":"customfield_10605","local":"10800","remote":"99999"}',
      'line 1: "remote" is 99999, which is an option of neither side',
    ],
    [
      '{"customField":"customfield_10105","local":"10800","remote":"10801"}',
      'line 1: "customField" is customfield_10105, which is no field of either side',
    ],
    ['{"customField":"customfield_10605","local":"10800"', 'the text ends too early'],
  ])('takes no answer that is wrong: %s', (answer, what) => {
    const source = set('firstConnector', '{"customField":"customfield_10105","local":"10300","remote":"10301"}');
    const [question] = ask(source);
    const { questions } = translate({ configuration: source, decided: { [question?.id ?? '']: answer } });
    expect(questions[0]?.text).toContain(what);
  });
});
