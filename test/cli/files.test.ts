/** Files that people name on the command line, as large, long or deep as they can be. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readSeal, readSigningKey, readVerifyingKeys } from '../../src/cli/auditFiles.ts';
import { readBatchFile } from '../../src/cli/batchFile.ts';
import { readBytes, readDataFile, wrongFiles } from '../../src/cli/files.ts';
import { loadConfig } from '../../src/config/load.ts';
import { secretFrom } from '../../src/config/secrets.ts';
import { LIMITS } from '../../src/contract/limits.ts';
import { readExtract } from '../../src/partner/extract.ts';
import { textOfFile } from '../../src/sheets/lines.ts';

async function fileOf(text: string | Buffer, name = 'answers.yaml'): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'files-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
}

describe('a file that is handed in', () => {
  it('is refused beyond its limit, which is named, and taken up to it', async () => {
    const file = await fileOf(Buffer.alloc(1001, 'x'));
    expect(await readBytes(file, 1001)).toHaveLength(1001);
    await expect(readBytes(file, 1000)).rejects.toThrow(`${file} has more than 1 kB`);
    const large = await fileOf(`a: ${'x'.repeat(LIMITS.document)}`);
    await expect(readDataFile(large)).rejects.toThrow('more than 2 MB');
    await expect(readBatchFile(large)).rejects.toThrow('more than 2 MB');
  });

  it('that has no end, like a device, is not read to it', async () => {
    await expect(readBytes('/dev/zero', 100_000)).rejects.toThrow('more than 100 kB');
  });

  it('is refused beyond its limit where it is a seal, a key or a secret, and a device is not read to its end', async () => {
    const large = await fileOf(Buffer.alloc(LIMITS.document + 1, 'x'), 'seal.key');
    await chmod(large, 0o600);
    const reads = (file: string) => [
      () => readSeal(file),
      () => readVerifyingKeys([file], '.'),
      () => secretFrom(`file:${file}`, '/', {}).read(),
      () => loadConfig(file),
    ];
    for (const read of [...reads(large), () => readSigningKey(large)])
      await expect(read()).rejects.toThrow(/more than 2 MB|EFBIG/);
    for (const read of reads('/dev/zero')) await expect(read()).rejects.toThrow(/more than 2 MB|EFBIG/);
  });

  it('that nests too deep, or repeats itself by aliases, is no YAML for us', async () => {
    const aliases = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 12; n++)
      aliases.push(`a${n}: &a${n} [${Array.from({ length: 9 }, () => `*a${n - 1}`).join(', ')}]`);
    for (const text of ['['.repeat(100_000), '- '.repeat(100_000), aliases.join('\n')])
      await expect(readDataFile(await fileOf(text))).rejects.toThrow(/answers\.yaml:\d+ /);
  });

  it('that names a member twice is told so by its line', async () => {
    await expect(readDataFile(await fileOf('a: 1\nb: 2\na: 3\n'))).rejects.toThrow(
      ':3 is not YAML as it should be (duplicate key)',
    );
  });

  it('of too many lines is not read, wherever it comes from', async () => {
    const bytes = Buffer.alloc(LIMITS.lines + 5, '\n');
    expect(textOfFile({ name: 'map.csv', bytes })).toMatchObject({
      problem: { what: expect.stringContaining('lines') },
    });
    expect((await readExtract(bytes, 'PB')).problems).toEqual([expect.stringContaining('more than 1000000 lines')]);
  });

  it('with ten thousand faults has the first hundred of them listed, and says how many more there are', () => {
    const problems = Array.from({ length: 10_000 }, (_, n) => ({ file: 'x.csv', line: n + 1, what: 'is wrong' }));
    const { message } = wrongFiles(problems);
    expect(message).toContain('x.csv:100 is wrong; and 9900 more problems');
    expect(message).not.toContain('x.csv:101 ');
  });
});
