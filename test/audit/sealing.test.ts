/** Keys and seals by the command line, and the order of seal and backup that docs/operating.md prints. */
import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StorePlace } from '../../src/store/open.ts';
import { migrator } from '../cli/command.ts';
import { shellLines } from '../deploy/operating.ts';
import { readPage } from '../docs/pages.ts';
import { ENGINES, newPlace } from '../store/samples.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { leavePast } from './pasts.ts';

/** `migrator audit …` in a folder of its own, on a store. All that was ever printed is kept. */
async function auditor(place: StorePlace) {
  const folder = await temporaryDirectory();
  const said: string[] = [];
  const on = 'file' in place ? ['--store', place.file] : ['--store', 'env:STORE'];
  const env: Record<string, string> = 'postgres' in place ? { STORE: place.postgres } : {};
  const run = async (words: string[], options: string[]) => {
    const ran = await migrator(['audit', ...words, ...options], { cwd: folder, env });
    said.push(ran.stdout, ran.stderr);
    return ran;
  };
  return {
    folder,
    said,
    keys: (...words: string[]) => run(['keys', ...words], []),
    audit: (...words: string[]) => run(words, on),
    file: (name: string) => join(folder, name),
  };
}

describe('the key of seals', { timeout: 60_000 }, () => {
  it('is in one file that only its owner can read, and in nothing else that is written or printed', async () => {
    const place = await newPlace('SQLite');
    await leavePast(place.store);
    const { folder, said, keys, audit, file } = await auditor(place.store);
    expect((await keys('create', '--key', 'seal.key')).code).toBe(0);
    expect((await stat(file('seal.key'))).mode & 0o777).toBe(0o600);
    const shown = await keys('show', '--key', 'seal.key');
    expect(shown.stdout).toBe(await readFile(file('seal.key.pub'), 'utf8'));
    expect((await keys('show', '--key', 'seal.key', '--json')).json()).toMatchObject({
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await audit('seal', '--key', 'seal.key', '--out', 'seal-1.json')).code).toBe(0);
    expect((await audit('verify', '--seal', 'seal-1.json', '--public-key', 'seal.key.pub', '--json')).code).toBe(0);

    const pem = await readFile(file('seal.key'), 'utf8');
    const secret = createPrivateKey(pem).export({ format: 'jwk' }).d ?? '';
    const raw = Buffer.from(secret, 'base64url');
    const files = (await readdir(folder)).filter((name) => name !== 'seal.key').map(file);
    if ('file' in place.store) files.push(place.store.file);
    const written = await Promise.all(files.map((name) => readFile(name)));
    for (const bytes of [...written, Buffer.from(said.join('\n'))]) {
      for (const form of [secret, raw.toString('base64'), raw.toString('hex'), pem.split('\n')[1] ?? ''])
        expect(bytes.includes(form)).toBe(false);
      expect(bytes.includes(raw)).toBe(false);
      expect(bytes.includes('PRIVATE')).toBe(false);
    }
  });

  it('is never replaced, and not used where others can read it', async () => {
    const place = await newPlace('SQLite');
    await leavePast(place.store);
    const { keys, audit, file } = await auditor(place.store);
    const seal = () => audit('seal', '--key', 'seal.key', '--out', 'seal.json');
    expect(await seal()).toMatchObject({ code: 1, stderr: expect.stringContaining('NoKey') });
    await keys('create', '--key', 'seal.key');
    const before = await readFile(file('seal.key'), 'utf8');
    expect(await keys('create', '--key', 'seal.key')).toMatchObject({ code: 2 });
    expect(await readFile(file('seal.key'), 'utf8')).toBe(before);
    await chmod(file('seal.key'), 0o640);
    expect(await seal()).toMatchObject({ code: 1, stderr: expect.stringContaining('chmod 600') });
    await writeFile(file('seal.key'), 'no key', { mode: 0o600 });
    await chmod(file('seal.key'), 0o600);
    const wrong = await seal();
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('no private Ed25519 key') });
  });

  it('is made by itself in the folder of the service, where seal and verify look for it', async () => {
    const place = await newPlace('SQLite');
    await leavePast(place.store);
    const { keys, audit, file } = await auditor(place.store);
    expect((await keys('create')).code).toBe(0);
    expect((await stat(file('.backbone-migrator/seal.key'))).mode & 0o777).toBe(0o600);
    expect((await audit('seal', '--out', 'seal.json')).code).toBe(0);
    expect((await audit('verify', '--seal', 'seal.json')).code).toBe(0);
  });

  it('can be checked with other tools, as docs/audit.md prints it', async () => {
    const place = await newPlace('SQLite');
    await leavePast(place.store);
    const { folder, keys, audit } = await auditor(place.store);
    await keys('create', '--key', 'seal.key');
    await audit('seal', '--key', 'seal.key', '--out', 'seal-1.json');
    const lines = shellLines(readPage('docs/audit.md')).filter((line) => /^(jq|openssl) /.test(line));
    expect(lines).toHaveLength(3);
    expect(execFileSync('sh', ['-euc', lines.join('\n')], { cwd: folder, encoding: 'utf8' })).toMatch(/Success/);
  });
});

describe('sealing', { timeout: 60_000 }, () => {
  it('chains, never writes over a seal, and a folder of seals is held against the store', async () => {
    const place = await newPlace('SQLite');
    await leavePast(place.store);
    const { keys, audit, file } = await auditor(place.store);
    await keys('create', '--key', 'seal.key');
    const seal = (n: number, ...more: string[]) => audit('seal', '--key', 'seal.key', '--out', `${n}.json`, ...more);
    expect((await seal(1)).code).toBe(0);
    expect((await seal(1)).code).toBe(2);
    await leavePast(place.store, 'INT-17');
    expect((await seal(2, '--after', '1.json')).code).toBe(0);
    const all = await audit('verify', '--seal', '.', '--public-key', 'seal.key.pub');
    expect(all).toMatchObject({ code: 0, stdout: expect.stringContaining('held against seals 1, 2') });
    const newest = await audit('verify', '--seal', '2.json', '--public-key', 'seal.key.pub');
    expect(newest).toMatchObject({ code: 0, stdout: expect.stringContaining('Seals before 2 were not given') });

    await writeFile(file('2.json'), (await readFile(file('2.json'), 'utf8')).replace('"Completed"', '"KeptBoth"'));
    const forged = await audit('verify', '--seal', '.', '--public-key', 'seal.key.pub');
    expect(forged).toMatchObject({ code: 1, stdout: expect.stringContaining('seal 2 is not what was signed') });
    const nobodys = await audit('verify', '--seal', '1.json');
    expect(nobodys).toMatchObject({ code: 2, stderr: expect.stringContaining('--public-key') });
    await writeFile(file('wrong.json'), '{}');
    expect((await audit('verify', '--seal', 'wrong.json', '--public-key', 'seal.key.pub')).code).toBe(2);
  });

  it('refuses what is damaged, unless that is said to be known', async () => {
    const place = await newPlace('SQLite');
    const { migration } = await leavePast(place.store);
    const { keys, audit } = await auditor(place.store);
    await keys('create', '--key', 'seal.key');
    await audit('seal', '--key', 'seal.key', '--out', '1.json');
    await place.tamper(`delete from ledger where migration = '${migration}' and n = 4`);
    const seal = (...more: string[]) =>
      audit('seal', '--key', 'seal.key', '--out', '2.json', '--after', '1.json', ...more);
    expect(await seal()).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Damaged: .*entry 4: removed/) });
    expect((await seal('--damaged')).code).toBe(0);
  });
});

describe.each(ENGINES)('%s: a backup', { timeout: 60_000 }, (engine) => {
  /** What docs/operating.md has an operator do, in its order. */
  const [, block = ''] = /<!-- backup -->\n```sh\n([\s\S]*?)```/.exec(readPage('docs/operating.md')) ?? [];
  const printed = block
    .split('\n')
    .flatMap((line) => (/audit seal/.test(line) ? 'seal' : /pg_dump /.test(line) ? 'dump' : []));

  /** People go on working between the two and after them. What was made is restored elsewhere and verified with the seal. */
  async function verifiedAfter(order: readonly string[]) {
    const place = await newPlace(engine);
    await leavePast(place.store);
    const { folder, keys, audit } = await auditor(place.store);
    await keys('create', '--key', 'seal.key');
    let restored = place.store;
    for (const [i, what] of order.entries()) {
      if (what === 'dump') restored = await place.restored();
      else expect((await audit('seal', '--key', 'seal.key', '--out', 'seal.json')).code).toBe(0);
      await leavePast(place.store, `INT-${20 + i}`);
    }
    const later = await auditor(restored);
    return later.audit('verify', '--seal', join(folder, 'seal.json'), '--public-key', join(folder, 'seal.key.pub'));
  }

  it('that is made in the printed order is whole by its seal when it is restored', async () => {
    expect(printed).toEqual(['seal', 'dump']);
    expect(await verifiedAfter(printed)).toMatchObject({ code: 0, stdout: expect.stringContaining('Whole') });
  });

  it('that is made before its seal is said to be damaged, though it is sound', async () => {
    expect(await verifiedAfter(['dump', 'seal'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('removed'),
    });
  });
});
