import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { storePlaceAt, storeWord } from '../../src/config/storePlace.ts';

const URL_OF_STORE = 'postgres://kim:s3cret@db.example.com:5432/migrator';

async function configured(store: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'store-place-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, 'store.url'), `${URL_OF_STORE}\n`);
  const file = path.join(folder, 'migrator.yaml');
  await writeFile(
    file,
    `instances: { partner: { deployment: cloud, access: none } }\n${store === '' ? '' : `store: ${store}\n`}`,
  );
  return { folder, file };
}

describe('where the store is', () => {
  it('is PostgreSQL where the configuration names a connection string, from any folder', async () => {
    const { folder, file } = await configured('{ postgres: file:store.url }');
    const word = storeWord(await loadConfig(file, {}));
    expect(word).toBe(`file:${path.join(folder, 'store.url')}`);
    expect(await storePlaceAt(word ?? '')).toEqual({ postgres: URL_OF_STORE });
  });

  it('is the variable itself where one is named, and nothing where none is', async () => {
    const named = await loadConfig((await configured('{ postgres: env:STORE }')).file, { STORE: URL_OF_STORE });
    expect(storeWord(named)).toBe('env:STORE');
    expect(await storePlaceAt('env:STORE', { STORE: URL_OF_STORE })).toEqual({ postgres: URL_OF_STORE });
    expect(storeWord(await loadConfig((await configured('')).file, {}))).toBeUndefined();
    expect(await storePlaceAt('somewhere/store.db')).toEqual({ file: 'somewhere/store.db' });
  });

  it('is what MIGRATOR_STORE_PLACE says before what the configuration says', async () => {
    const config = await loadConfig((await configured('{ postgres: file:store.url }')).file, {});
    expect(storeWord(config, { MIGRATOR_STORE_PLACE: 'file:/run/secrets/store_url' })).toBe(
      'file:/run/secrets/store_url',
    );
    expect(storeWord(config, { MIGRATOR_STORE_PLACE: '' })).toMatch(/store\.url$/);
  });

  it('is refused with the line when the secret is not there, or is written into the file, unrepeated', async () => {
    const missing = loadConfig((await configured('{ postgres: env:STORE }')).file, {});
    await expect(missing).rejects.toThrow(/:2 store\.postgres: the environment variable STORE is not set/);
    const written = await loadConfig((await configured(`{ postgres: "${URL_OF_STORE}" }`)).file, {}).catch(String);
    expect(written).toContain('store.postgres: must be env:NAME or file:/path');
    expect(written).not.toContain('s3cret');
    await expect(storePlaceAt('env:STORE', {})).rejects.toMatchObject({ code: 'InvalidConfiguration' });
  });
});
