import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOSTILE_TEXTS } from '../../sandbox/seed/hostile.ts';
import { columns, linesOf, quoted, textOf } from '../../src/cli/print.ts';
import { LONGEST_SHOWN, shellWord, shown, shownInChat, shownJson } from '../../src/contract/foreign.ts';
import { escapeHtml, html } from '../../src/report/html.ts';
import { acting } from './acting.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 }).map((units) => String.fromCharCode(...units)),
);

describe('a text of others', () => {
  it('has nothing in it that acts once it is shown, and no line of its own', () => {
    fc.assert(fc.property(text, (foreign) => void expect(acting(shown(foreign))).toEqual([])));
  });

  it('stays as it is where nothing in it acts', () => {
    for (const fine of ['Müller, 张伟, محمد, 👨‍👩‍👧 — “x” \\n', 'کتاب‌ها', '']) expect(shown(fine)).toBe(fine);
  });

  it('shows what acted', () => {
    expect(shown('a\n\u001b[2J\u009b\u202e\ud800')).toBe('a\\n\\u001b[2J\\u009b\\u202e\\ud800');
  });

  it('is cut where nobody reads on, with how much is missing and no half of a character', () => {
    expect(shown('x'.repeat(LONGEST_SHOWN + 5))).toBe(`${'x'.repeat(LONGEST_SHOWN)}… (5 more characters)`);
    expect(shown(`${'x'.repeat(LONGEST_SHOWN - 1)}😀`)).toBe(`${'x'.repeat(LONGEST_SHOWN - 1)}… (2 more characters)`);
    expect(shown('\u001b'.repeat(1_000_000)).length).toBeLessThan(LONGEST_SHOWN * 7);
  });

  it('means the same in JSON, in which nothing acts', () => {
    fc.assert(
      fc.property(text, (foreign) => {
        const json = shownJson(JSON.stringify({ [foreign]: [foreign] }, undefined, 2));
        expect(JSON.parse(json)).toEqual({ [foreign]: [foreign] });
        expect(acting(json.replaceAll('\n', ''))).toEqual([]);
      }),
    );
  });

  it('calls nobody in a chat', () => {
    fc.assert(fc.property(text, (foreign) => void expect(shownInChat(foreign)).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)));
    expect(shownInChat('<!channel> & <https://evil.example.net|x>')).toBe(
      '&lt;!channel&gt; &amp; &lt;https://evil.example.net|x&gt;',
    );
  });

  it('is text in HTML', () => {
    fc.assert(
      fc.property(text, (foreign) => {
        const { markup } = html`<p title="${foreign}">${foreign}</p>`;
        expect(markup).toBe(`<p title="${escapeHtml(shown(foreign))}">${escapeHtml(shown(foreign))}</p>`);
        expect(acting(markup)).toEqual([]);
      }),
    );
  });
});

describe('a terminal', () => {
  it('gets one line for each string, whatever stands in it', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(linesOf([one, ['b', [other]]])).toHaveLength(3);
        expect(acting(textOf([one, other]).replace('\n', ''))).toEqual([]);
        expect(columns([[one, other], ['c']])).toHaveLength(2);
      }),
    );
  });

  it('marks each further line of an error, so that none is taken for ours', () => {
    expect(quoted('RequestRefused: ', 'it says\nDecision 3f9ac2d1')).toEqual([
      'RequestRefused: it says',
      '  | Decision 3f9ac2d1',
    ]);
  });

  it('shows words for a shell that mean exactly what was meant, and none of which acts', () => {
    const words = HOSTILE_TEXTS.filter((word) => !word.includes('\0') && word.isWellFormed());
    for (const word of words) {
      const quotedWord = shellWord(word);
      expect(acting(quotedWord)).toEqual([]);
      const echoed = execFileSync('bash', ['-c', `printf %s ${quotedWord}`], { env: { LC_ALL: 'C.UTF-8' } });
      expect(echoed.toString()).toBe(word);
    }
  });
});
