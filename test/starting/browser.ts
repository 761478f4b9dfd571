/** The Temporal UI in Chromium, as somebody with a mouse sees it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Locator, type Page } from 'playwright-core';
import { isExecutable } from '../../src/server/cache.ts';
import type { Place } from './place.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));

/** CHROMIUM_PATH names another one. */
export async function findChromium(): Promise<{ path: string } | { missing: string }> {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (await isExecutable(path)) return { path };
  return { missing: `there is no Chromium at ${path}; CHROMIUM_PATH names another one` };
}

export interface Window extends AsyncDisposable {
  page: Page;
  /** Keeps what is seen, in docs/images with UPDATE_SCREENSHOTS=1. */
  shoot(name: string): Promise<void>;
}

/** Opens the link that `migrator up` printed first, as a person does. */
export async function openWindow(executablePath: string, { folder, service }: Place): Promise<Window> {
  const browser = await chromium.launch({ executablePath, args: ARGS });
  // The current details show a whole digest from this width on.
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(15_000);
  await page.goto(service.uiLink ?? 'no link');
  const images = process.env.UPDATE_SCREENSHOTS === '1' ? IMAGES : join(folder, 'images');
  await mkdir(images, { recursive: true });
  return {
    page,
    shoot: async (name) => void (await page.screenshot({ path: join(images, `${name}.png`) })),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Replaces what a form's editor of JSON holds. It lays the text out when it is left, which moves the buttons below it. */
export async function paste(form: Locator | Page, json: string): Promise<void> {
  const editor = form.locator('.cm-content');
  await editor.fill(json);
  await editor.blur();
}

/** Signal and update forms: the page asks the worker for the names it offers. */
export async function sendFromMenu(
  page: Page,
  kind: 'Signal' | 'Update',
  verb: string,
  json: string,
  beforeSubmit: () => Promise<void> = async () => undefined,
): Promise<void> {
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: `Send ${kind === 'Signal' ? 'a' : 'an'} ${kind}` }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: `Select ${kind === 'Signal' ? 'a signal' : 'an Update'}` }).click();
  await page.getByRole('option', { name: new RegExp(`^${verb}\\b`) }).click();
  await paste(form, json);
  await beforeSubmit();
  await form.getByRole('button', { name: 'Submit' }).click();
  await form.waitFor({ state: 'hidden' });
}
