import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotJson, nodeAt, parseDocument, renderDocument, textOf } from '../../src/mapping/document.ts';
import { swapNode } from '../../src/mapping/swap.ts';
import { translateText } from '../../src/mapping/translate.ts';
import { catalogue, configuration, moved, stayed } from './world.ts';

const task = {
  swapped: false,
  sides: { first: moved(catalogue(0), catalogue(500)), second: stayed(catalogue(700), 'jira-b') },
  projectKeys: { first: 'PA', second: 'PB' },
  decided: {},
};

describe('a document', () => {
  it('comes out byte for byte, whatever JSON it is and however it is spaced', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(0, 1, '\t'),
        fc.constantFrom('', ' \r\n'),
        (value, indent, around) => {
          const text = `${around}${JSON.stringify(value, null, indent)}${around}`;
          expect(renderDocument(parseDocument(text))).toBe(text);
        },
      ),
    );
  });

  it('refuses what JSON.parse refuses, and nothing else', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '01',
      '1e5',
      'true',
      'nul',
      ' ',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const refused = (parse: (text: string) => unknown) => {
          try {
            parse(text);
            return false;
          } catch {
            return true;
          }
        };
        expect(refused(parseDocument)).toBe(refused(JSON.parse));
      }),
      { numRuns: 3000 },
    );
  });

  it('says where it is no JSON', () => {
    const failure = (text: string) => {
      try {
        return parseDocument(text);
      } catch (error) {
        return error;
      }
    };
    expect(failure('{\n  "a": 1,\n  "b": ]\n}')).toMatchObject({
      line: 3,
      column: 8,
      what: 'no JSON value begins here',
    });
    expect(failure('{"a": 1')).toMatchObject({ line: 1, what: 'the text ends too early' });
    expect(failure('['.repeat(600))).toBeInstanceOf(NotJson);
    expect(failure('['.repeat(600))).toMatchObject({ what: 'nested deeper than 500' });
  });

  it('knows names that stand twice, and takes the last for the value', () => {
    const document = parseDocument('{"a": 1,\n "a": 2}');
    expect(document.duplicates).toEqual([{ line: 2, name: 'a' }]);
    expect(textOf(nodeAt(document.root, ['a']))).toBe('2');
    expect(renderDocument(document)).toBe('{"a": 1,\n "a": 2}');
  });

  it('swaps names that stand twice back to the same bytes', () => {
    const name = fc.constantFrom('firstId', 'secondId', 'other');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.nat(9)), { maxLength: 6 }), (members) => {
        const text = `{${members.map(([key, value]) => `"${key}": ${value}`).join(', ')}}`;
        const document = parseDocument(text);
        swapNode(document.root);
        swapNode(document.root);
        expect(renderDocument(document)).toBe(text);
      }),
    );
  });
});

describe('translating the text of a file', () => {
  it('changes only what it translates: digits, spaces, order and escapes stay', () => {
    const source = JSON.stringify(configuration(), null, 4)
      .replace('"firstFieldId": "customfield_10105"', '"firstFieldId" : "customfield_10105"')
      .replace(
        '"integrationKey"',
        '"big": 9007199254740993123, "1": "\\u00e9", "ratio": 1.50, "0": null,\n "integrationKey"',
      );
    const { text, changes, questions } = translateText(source, task);
    expect(questions).toEqual([]);
    const lines = text.split('\n');
    const changed = source.split('\n').filter((line, n) => line !== lines[n]);
    expect(changed).toHaveLength(changes.length);
    expect(text).toContain('"firstFieldId" : "customfield_10605"');
    expect(text).toContain('"big": 9007199254740993123, "1": "\\u00e9", "ratio": 1.50, "0": null,');
  });

  it('keeps ids beyond 2^53 apart, as numbers too', () => {
    const side = moved(catalogue(0), catalogue(500));
    side.old.statuses.push({ id: '9007199254740993', name: 'Parked', category: 'new' });
    side.new.statuses.push({ id: '9007199254740995', name: 'Parked', category: 'new' });
    const source = JSON.stringify(configuration()).replace('"firstStatusId":"3"', '"firstStatusId":9007199254740993');
    const { text, changes } = translateText(source, { ...task, sides: { ...task.sides, first: side } });
    expect(text).toContain('"firstStatusId":9007199254740995');
    expect(changes.map(({ old }) => old)).toContain('9007199254740993');
  });

  it('translates both of two members of one name', () => {
    const source = JSON.stringify(configuration()).replace(
      '"firstIssueTypeId":"10000"',
      '"firstIssueTypeId":"10001","firstIssueTypeId":"10000"',
    );
    const { text } = translateText(source, task);
    expect(text).toContain('"firstIssueTypeId":"10501","firstIssueTypeId":"10500"');
  });

  it('gives the same bytes each time, and the same again when what it made is translated once more', () => {
    const source = JSON.stringify(configuration(), null, 2);
    const once = translateText(source, task);
    expect(translateText(source, task)).toEqual(once);
    const again = translateText(once.text, {
      ...task,
      sides: { ...task.sides, first: moved(catalogue(500), catalogue(500)) },
    });
    expect(again.text).toBe(once.text);
    expect(again.changes).toEqual([]);
  });
});
