/** What the real Temporal UI makes of our details, and a real Chromium of our pages. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { HOSTILE_TEXTS } from '../../sandbox/seed/hostile.ts';
import { type RunningServer, startTemporalServer } from '../../src/server/start.ts';
import { findChromium } from '../starting/browser.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { temporalBinary } from '../support/temporal.ts';
import { HTML, MARKDOWN } from './pages.ts';

let server: RunningServer;
let ui: NonNullable<RunningServer['ui']>;
/** What the link gives to whoever opens it. */
let cookie: string;

beforeAll(async () => {
  server = await startTemporalServer({ binary: temporalBinary() });
  if (!server.ui) throw new Error('no UI');
  ui = server.ui;
  const opened = await fetch(ui.link, { redirect: 'manual' });
  cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return () => server.stop();
});

/** The address of the frame in which the UI shows details. */
const rendered = (markdown: string): string => `${ui.url}/render?content=${encodeURIComponent(markdown)}`;

const htmlOf = async (markdown: string): Promise<string> =>
  (await fetch(rendered(markdown), { headers: { cookie } })).text();

/** Code may stand where a word did, and headings are named by their words; everything else would be made by the text. */
const tagsOf = (html: string): string[] =>
  (html.match(/<main>[\s\S]*<\/main>/)?.[0].match(/<[^>]*>/g) ?? [])
    .filter((tag) => !/^<\/?code>$/.test(tag))
    .map((tag) => tag.replace(/^(<h\d) id="[\w-]*">$/, '$1>'));

it('the Temporal UI makes a link or an image of addresses in plain text, so that these tests can fail', async () => {
  const html = await htmlOf('https://evil.example.net ![x](https://evil.example.net/x.png) <b>x</b>');
  expect(tagsOf(html)).toEqual(
    expect.arrayContaining([expect.stringMatching('^<a href'), expect.stringMatching('^<img')]),
  );
});

it.each(MARKDOWN)('the Temporal UI shows %s without a link, an image or a tag of others', async (_, page) => {
  const tags = tagsOf(await htmlOf(page('word')));
  expect(tags.length).toBeGreaterThan(5);
  for (const text of HOSTILE_TEXTS) {
    const html = await htmlOf(page(text));
    expect([text, tagsOf(html)]).toEqual([text, tags]);
  }
});

const LIVE = 'script, img, iframe, a[href*="evil"], a[href^="javascript"], svg[onload]';

it('no script of others runs in a browser, nothing is loaded, and no link leads to them', async ({ skip }) => {
  const found = await findChromium();
  if ('missing' in found) return skip(found.missing);
  const browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox', '--disable-gpu'] });
  onTestFinished(() => browser.close());
  const window = await browser.newPage();
  await window.goto(ui.link);
  const asked: string[] = [];
  window.on('request', (request) => void asked.push(request.url()));
  const folder = await temporaryDirectory();
  const text = HOSTILE_TEXTS.join(' ');
  const addresses = [rendered(MARKDOWN[0]?.[1](text) ?? '')];
  for (const [n, [, page]] of HTML.entries()) {
    const file = join(folder, `${n}.html`);
    await writeFile(file, page(text));
    addresses.push(`file://${file}`);
  }
  for (const address of addresses) {
    await window.goto(address);
    const seen = {
      owned: await window.evaluate('globalThis.owned'),
      live: await window.locator(LIVE).count(),
      shown: ((await window.locator('body').textContent()) ?? '').includes('evil.example.net'),
    };
    expect(seen).toEqual({ owned: undefined, live: 0, shown: true });
  }
  expect(asked.filter((url) => !addresses.includes(url) && !url.startsWith(ui.url))).toEqual([]);
});
