/** Links between our own pages lead somewhere. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './imports.ts';
import { readPage } from './pages.ts';

const pages = ['', 'docs', 'examples'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name)),
);

it.each(pages)('%s links only to what is there', (page) => {
  const text = readPage(page).replace(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  const own = links.filter((target) => !/^[a-z]+:/.test(target));
  const missing = own.filter((target) => !existsSync(path.join(ROOT, path.dirname(page), decodeURI(target))));
  expect(missing).toEqual([]);
});
