/** Whatever stands in a value, a page and a screen have the shape that they have with one plain word in its place. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'csv-parse/sync';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { HOSTILE_TEXTS, LONG_TEXT } from '../../sandbox/seed/hostile.ts';
import { reminderOf, tell } from '../../src/activities/remind.ts';
import { pictureText } from '../../src/cli/picture.ts';
import { linesOf } from '../../src/cli/print.ts';
import { commentCsv } from '../../src/pairs/commentList.ts';
import { listToFillIn } from '../../src/report/letter.ts';
import { statusPage } from '../../src/report/statusPage.ts';
import { createLog } from '../../src/service/log.ts';
import { acting } from './acting.ts';
import { filled, HTML, MARKDOWN, shownPicture } from './pages.ts';

/** What Markdown takes for a mark, with what our own marks are made of left out. */
const unescaped = (markdown: string): string[] =>
  markdown
    .replace(/^(`{3,})json\n[\s\S]*?\n\1$/gm, '')
    .replace(/(?<![\\`])(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
    .match(/(?<!\\)(?:\\\\)*(?:!?\[|<|&\w|&#)|https?:|www\.|\w@\w/g) ?? [];

describe('Markdown', () => {
  it.each(MARKDOWN)('%s: no text of others makes a line, a mark, a link or an image', (_, page) => {
    const lines = page('word').split('\n').length;
    for (const text of HOSTILE_TEXTS) {
      const made = page(text);
      expect([text, made.split('\n').length]).toEqual([text, lines]);
      expect([text, acting(made.replaceAll('\n', ''))]).toEqual([text, []]);
      expect([text, unescaped(made)]).toEqual([text, unescaped(page('word'))]);
    }
  });

  it('keeps what is to be pasted as it must be sent', () => {
    for (const text of HOSTILE_TEXTS) {
      const [json] = [...statusPage(filled(shownPicture(), text)).matchAll(/^(`{3,})json\n([\s\S]*?)\n\1$/gm)];
      expect(JSON.parse(json?.[2] ?? '')).toMatchObject({ task: text, answers: { [text]: expect.anything() } });
    }
  });

  it('shows of a megabyte what can be read', () => {
    for (const [, page] of MARKDOWN) expect(page(LONG_TEXT).length).toBeLessThan(400_000);
  });
});

describe('HTML', () => {
  it.each(HTML)('%s: no text of others makes a tag or an attribute', (_, page) => {
    const tags = (text: string) => page(text).match(/<[^>]*>/g);
    // The tooltips of a timeline are texts, too.
    for (const text of HOSTILE_TEXTS) {
      expect([text, tags(text)]).toEqual([text, tags('word')]);
      expect([text, acting(page(text).replaceAll('\n', ''))]).toEqual([text, []]);
    }
  });
});

describe('a terminal', () => {
  it('shows a migration in the same lines, whatever stands in it', () => {
    const lines = (text: string) => linesOf(pictureText(filled(shownPicture(), text)));
    for (const text of [...HOSTILE_TEXTS, LONG_TEXT]) {
      expect([text.slice(0, 99), lines(text).length]).toEqual([text.slice(0, 99), lines('word').length]);
      expect(acting(lines(text).join(''))).toEqual([]);
    }
  });
});

describe('a spreadsheet', () => {
  const cells = (csv: string): string[] => parse(csv).flat();

  it('runs no formula of a comment, an author or a key', () => {
    for (const text of HOSTILE_TEXTS) {
      const on = 'old' as const;
      const comment = { on, id: text, issue: text, author: text, created: null, text, candidates: [] };
      for (const csv of [commentCsv([comment]), listToFillIn([text], ['key', 'status'])])
        for (const cell of cells(csv)) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/);
    }
  });

  it('keeps every cell in its row and column', () => {
    for (const text of HOSTILE_TEXTS) {
      const rows = parse(listToFillIn([text, 'PB-2'], ['key', 'status']));
      expect(rows.map((row: string[]) => row.length)).toEqual([2, 2, 2]);
    }
  });
});

describe('a chat', () => {
  it('gets a reminder in which nobody is called and nothing is a link', async () => {
    const bodies: string[] = [];
    const hook = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (part) => bodies.push(part));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
      const config = { reminders: { webhook: { source: 'here', read: async () => url } } };
      for (const text of HOSTILE_TEXTS) {
        bodies.length = 0;
        const reminder = reminderOf(filled(shownPicture(), text));
        expect(await tell({ config, log: pino({ level: 'silent' }) } as never, reminder)).toBe('told');
        const body = bodies.join('');
        expect(acting(body)).toEqual([]);
        const sent = JSON.parse(body);
        expect(sent.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        expect(acting(sent.text)).toEqual([]);
        // Programs that read it get what it is.
        expect(sent.original).toBe(text);
      }
    } finally {
      hook.close();
    }
  });
});

describe('the log', () => {
  it('has a line for each entry, in which nothing acts and which still means the same', () => {
    const written: string[] = [];
    const log = createLog({ write: (line) => void written.push(line) });
    for (const text of HOSTILE_TEXTS) log.warn({ about: text }, text);
    expect(written).toHaveLength(HOSTILE_TEXTS.length);
    expect(written.flatMap((line) => acting(line.trimEnd()))).toEqual([]);
    const wellFormed = HOSTILE_TEXTS.filter((text) => text.isWellFormed());
    expect(written.map((line) => JSON.parse(line).msg)).toEqual(expect.arrayContaining(wellFormed));
  });
});
