/** `migrator mapping store`: puts official id mappings into the store, where a start object names them by their digest. */
import type { Command } from 'commander';
import { storedMapping } from '../mapping/idMapping.ts';
import { problemText } from '../sheets/lines.ts';
import { type IdMappingFlags, readIdMappings, withIdMappingFlags } from './mappingFiles.ts';
import { hint, say, sayJson } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

interface StoreOptions extends ServiceOptions, IdMappingFlags {
  from: string;
  to: string;
}

export function addMappingStore(mapping: Command): void {
  withIdMappingFlags(
    withServiceOptions(
      mapping
        .command('store')
        .description('put official id mappings into the store, for `idMappings` of a start object')
        .argument('<files...>', 'CSV, JSONL or JSON; all of them together are one mapping'),
    ),
  )
    .requiredOption('--from <instance>', 'the instance of the old ids')
    .requiredOption('--to <instance>', 'the instance of the new ids')
    .action(store);
}

async function store(files: string[], options: StoreOptions): Promise<void> {
  const { mapping, notes, passedOver } = await readIdMappings(files, options);
  for (const note of notes) hint(`${problemText(note)} (no harm)`);
  for (const [type, lines] of Object.entries(passedOver)) hint(`Passed over: ${lines} lines of ${type}.`);
  await withStore(options, async ({ artifacts }) => {
    const digest = await artifacts.putJson(storedMapping(mapping, options.from, options.to));
    if (options.json) return sayJson({ digest, pairs: mapping.size });
    say([
      digest,
      `${mapping.size} pairs. Name it as --id-mapping, or in the start object: "idMappings": ["${digest}"]`,
    ]);
  });
}
