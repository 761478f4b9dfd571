/** The instances of the running service, as far as its configuration file is at hand. */
import { unknownInstances } from '../contract/batchSchema.ts';
import { MigratorError } from '../contract/errors.ts';
import { isObject, problemsText } from '../contract/problems.ts';
import type { StartInput } from '../contract/start.ts';
import { readDataFile } from './files.ts';
import type { Whereabouts } from './service.ts';

/** Those it can work with; `undefined` when its file is not at hand: then the worker says it. */
export async function knownInstances({ config }: Whereabouts): Promise<string[] | undefined> {
  const file = config && (await readDataFile(config).catch(() => undefined));
  const instances = isObject(file) ? file.instances : undefined;
  if (!isObject(instances)) return undefined;
  return Object.entries(instances).flatMap(([name, entry]) =>
    isObject(entry) && entry.access !== 'none' ? [name] : [],
  );
}

/** @throws MigratorError `InvalidStart` with the names there are, before anything is started. */
export async function refuseUnknownInstances(start: StartInput, where: Whereabouts): Promise<void> {
  const known = await knownInstances(where);
  const problems = known ? unknownInstances(start, known) : [];
  if (problems.length > 0) throw new MigratorError('InvalidStart', problemsText(problems));
}
