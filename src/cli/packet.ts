/** `migrator packet`: what is sent to a partner whose Jira we cannot read, in a folder. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Store } from '../store/store.ts';
import { CommandError } from './errors.ts';
import { migrationNamed, NAMED } from './find.ts';
import { writeOut } from './output.ts';
import { sayJson, sayWritten } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

interface PacketOptions extends ServiceOptions {
  out: string;
}

/** The part of the packet's artifact that is needed here. */
interface PacketFiles {
  files: { name: string; digest: string }[];
}

export function addPacket(program: Command): void {
  withServiceOptions(
    program
      .command('packet')
      .description('write what is sent to a partner without access into a folder: a letter, and the list to fill in')
      .argument('<migration>', NAMED),
  )
    .requiredOption('--out <folder>', 'the folder to write into; made when it is not there')
    .action(packet);
}

async function packet(migration: string, options: PacketOptions): Promise<void> {
  await withStore(options, async (store) => {
    const { files } = await packetOf(store, migration);
    await mkdir(options.out, { recursive: true });
    const written: string[] = [];
    for (const { name, digest } of files) {
      // Names hold a project key, which comes from an instance: it must not lead out of the folder.
      const file = path.join(options.out, name.replace(/[^\w.-]+/g, '-').replace(/^[-.]+/, ''));
      await writeOut(file, store.artifacts.get(digest));
      written.push(file);
    }
    if (options.json) sayJson({ files: written });
    else sayWritten(...written);
  });
}

async function packetOf(store: Store, named: string): Promise<PacketFiles> {
  const { migration, picture } = await migrationNamed(store, named);
  const entries = await store.ledger.read(migration);
  const digest = entries.findLast(({ kind, digests }) => kind === 'step' && digests.packet)?.digests.packet;
  if (digest) return store.artifacts.getJson<PacketFiles>(digest);
  throw new CommandError(
    'NotFound',
    `${picture.original} has no packet (${picture.state}, ${picture.step}).`,
    'There is one once verify asks for a partner whose instance has access: none.',
  );
}
