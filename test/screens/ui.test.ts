/** The real Temporal UI in a real Chromium, over a batch and its migrations in a hostile world: nothing in it is more than text. */
import { defineSearchAttributeKey } from '@temporalio/common';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { HOSTILE_TEXTS } from '../../sandbox/seed/hostile.ts';
import { SEARCH_ATTRIBUTES } from '../../src/contract/names.ts';
import { startTemporalServer } from '../../src/server/start.ts';
import { findChromium } from '../starting/browser.ts';
import { batchOf, batchUntil, peopleAtWork, startBatch } from '../support/batch.ts';
import { openScene } from '../support/migration.ts';
import { temporalBinary } from '../support/temporal.ts';
import { BY, REASON } from './commands/row.ts';
import { HOSTILE_ID } from './judge.ts';

/** Its pages of one run. Each has the line of all of them. */
const PAGES = ['history', 'history/feed', 'user-metadata', 'memo', 'search-attributes', 'pending-activities'];
const DRAWN = /Search Attributes/;

/** What others would have made of the page; asked in the page and in each frame of it. */
const FOREIGN = `(() => {
  const elsewhere = (url) => /^(?:javascript|data:text|vbscript)/i.test(url) || /(?:^|\\.)evil\\.example\\.net$/i.test(new URL(url, location.href).hostname);
  const urls = [...document.querySelectorAll('[href], [src], [action]')].flatMap((one) => ['href', 'src', 'action'].map((name) => one.getAttribute(name)).filter(Boolean));
  return {
    owned: globalThis.owned ?? null,
    handlers: document.querySelectorAll('[onload], [onerror]').length,
    urls: urls.filter((url) => { try { return elsewhere(url); } catch { return false; } }),
  };
})()`;

/** With what its frames show. */
async function textOn(window: Page): Promise<string> {
  const texts = window.frames().map((frame) => frame.evaluate<string>('document.body.innerText').catch(() => ''));
  return (await Promise.all(texts)).join('\n');
}

async function foreignOn(window: Page): Promise<unknown[]> {
  const found = await Promise.all(window.frames().map((frame) => frame.evaluate(FOREIGN)));
  return found.filter((each) => JSON.stringify(each) !== JSON.stringify({ owned: null, handlers: 0, urls: [] }));
}

it('shows a batch, its migrations, their attributes, memos and failures as text alone', { timeout: 240_000 }, async ({
  skip,
}) => {
  const found = await findChromium();
  if ('missing' in found) return skip(found.missing);
  const server = await startTemporalServer({ binary: temporalBinary(), searchAttributes: SEARCH_ATTRIBUTES });
  onTestFinished(() => server.stop());
  const { url = '', link = '' } = server.ui ?? {};
  await using scene = await openScene({ world: 'hostile', migrations: 2, ambiguous: false, address: server.address });
  const world = { ...scene, prefix: scene.config.taskQueuePrefix };
  // Goes on failing, with what Jira says, while somebody looks at what is pending.
  await scene.control('POST', 'faults', {
    action: 'status',
    status: 503,
    method: 'POST',
    path: '/integrations/INT-17/stop',
    count: 9000,
  });
  const rest = peopleAtWork(world);
  await startBatch(world, batchOf(world, { requestedBy: BY, reason: REASON }));
  await scene.client.workflow.start(HOSTILE_TEXTS[12] ?? '', {
    taskQueue: HOSTILE_TEXTS[13] ?? '',
    workflowId: 'of-somebody',
    args: HOSTILE_TEXTS.filter((text) => text.isWellFormed()),
    memo: { [HOSTILE_TEXTS[12] ?? '']: HOSTILE_TEXTS[8] },
    typedSearchAttributes: [
      { key: defineSearchAttributeKey('MigrationBatch', 'KEYWORD'), value: HOSTILE_TEXTS[12] ?? '' },
    ],
    staticSummary: HOSTILE_TEXTS[12] ?? '',
    staticDetails: HOSTILE_TEXTS[12] ?? '',
  });
  // Such an id has no pages of its own, but a line in the list.
  await scene.client.workflow.start('any', { taskQueue: 'none', workflowId: `${HOSTILE_TEXTS[12]} ${HOSTILE_ID}` });
  await batchUntil(world, ({ approvable }) => approvable?.count === 1, 'one at the gate');
  await rest();

  const { window, asked } = await openWindow(found.path, link);
  const runs = [];
  for await (const run of scene.client.workflow.list()) runs.push(run);
  expect(runs.map(({ type }) => type).toSorted()).toEqual(
    [HOSTILE_TEXTS[12], 'any', 'migrateBatch', 'migrateSynchronization', 'migrateSynchronization'].toSorted(),
  );
  const own = `${url}/namespaces/default/workflows`;
  const pages = runs
    .filter(({ type }) => type !== 'any')
    .flatMap(({ workflowId, runId }) =>
      PAGES.map((page) => ({
        address: `${own}/${encodeURIComponent(workflowId)}/${runId}/${page}`,
        page,
        drawn: DRAWN,
      })),
    );
  /** On which hostile text was seen at all: else the test could not fail. */
  const hostile = new Set<string>();
  for (const { address, page, drawn } of [{ address: own, page: 'list', drawn: /migrateBatch/ }, ...pages]) {
    await window.goto(address);
    await expect.poll(() => textOn(window), { timeout: 20_000 }).toMatch(drawn);
    // It goes on asking: where it is not idle for a moment, what is there by then is looked at.
    await window.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
    if (/evil\.example\.net|3f9ac2d1|owned/.test(await textOn(window))) hostile.add(page);
    expect([address, await foreignOn(window)]).toEqual([address, []]);
  }
  expect([...hostile].toSorted()).toEqual(['list', ...PAGES].toSorted());
  expect(asked.filter((each) => /evil/.test(new URL(each).hostname))).toEqual([]);
});

async function openWindow(executablePath: string, link: string) {
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  onTestFinished(() => browser.close());
  const window = await browser.newPage({ viewport: { width: 1600, height: 1400 } });
  const asked: string[] = [];
  window.on('request', (request) => void asked.push(request.url()));
  await window.goto(link);
  await window.waitForURL(/\/namespaces\//);
  return { window, asked };
}
