/** `migrator report` and `migrator packet`: files for people to read, the evidence before an approval, and what a partner is sent. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Evidence } from '../evidence/types.ts';
import { evidencePage } from '../report/evidencePage.ts';
import type { Store } from '../store/store.ts';
import { CommandError } from './errors.ts';
import { migrationNamed, NAMED } from './find.ts';
import { writeOut } from './output.ts';
import { sayJson, sayWritten } from './print.ts';
import { type ServiceOptions, serviceCommand, withStore } from './service.ts';

export function addReport(program: Command): void {
  const description = 'write the evidence as an HTML page, to be read before approving';
  serviceCommand(program, 'report', description, ['<migration>', NAMED])
    .option('--out <file>', 'the file to write (default evidence-<migration>.html)')
    .action(report);
}

async function report(name: string, options: ServiceOptions & { out?: string }): Promise<void> {
  await withStore(options, async (store) => {
    const { migration, picture } = await migrationNamed(store, name);
    if (picture.evidence === null) {
      throw new CommandError(
        'NotYet',
        `${picture.original} has no evidence (${picture.state}).`,
        'The step verify makes it, once everything it states holds.',
      );
    }
    const evidence = await store.artifacts.getJson<Evidence>(picture.evidence);
    const file = options.out ?? `evidence-${migration}.html`;
    await writeOut(file, evidencePage(evidence));
    const broken = evidence.predicates.filter(({ holds }) => !holds).length;
    if (options.json) return sayJson({ migration, file, evidence: picture.evidence, decision: evidence.digest });
    const verdict =
      broken === 0 ? `all ${evidence.predicates.length} statements hold` : `${broken} statements do not hold`;
    sayWritten(`${file} (${verdict}; decision ${evidence.digest})`);
  });
}

/** The part of the packet's artifact that is needed here. */
interface PacketFiles {
  files: { name: string; digest: string }[];
}

export function addPacket(program: Command): void {
  const description = 'write what is sent to a partner without access into a folder: a letter, and the list to fill in';
  serviceCommand(program, 'packet', description, ['<migration>', NAMED])
    .requiredOption('--out <folder>', 'the folder to write into; made when it is not there')
    .action(packet);
}

async function packet(migration: string, options: ServiceOptions & { out: string }): Promise<void> {
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
