/** `migrator mapping`: what a translation would change and why, decided answers as a file, and whether mapping files are right. */
import type { Command } from 'commander';
import { addMappingCheck } from './mappingCheck.ts';
import { addMappingExplain } from './mappingExplain.ts';
import { addMappingExport } from './mappingExport.ts';
import { addMappingStore } from './mappingStore.ts';

export function addMapping(program: Command): void {
  const mapping = program
    .command('mapping')
    .description(
      'how values of a configuration are translated to another instance; nothing is run, nothing is written to one',
    );
  addMappingExplain(mapping);
  addMappingExport(mapping);
  addMappingCheck(mapping);
  addMappingStore(mapping);
}
