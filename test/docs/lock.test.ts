/** What is installed is what was locked: npm compares each package with its hash, where the lock file has one. */
import { describe, expect, it } from 'vitest';
import { readPage } from './pages.ts';

interface Locked {
  link?: boolean;
  resolved?: string;
  integrity?: string;
}

const { packages } = JSON.parse(readPage('package-lock.json')) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path, { link }]) => path.startsWith('node_modules/') && !link);

describe('package-lock.json', () => {
  it('has a SHA-512 for every package', () => {
    expect(installed.length).toBeGreaterThan(100);
    const without = installed.filter(([, { integrity = '' }]) => !/(?:^| )sha512-[\w+/]{86}==/.test(integrity));
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it('takes nothing from anywhere but over https', () => {
    const others = installed.filter(([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://'));
    expect(others.map(([path]) => path)).toEqual([]);
  });
});
