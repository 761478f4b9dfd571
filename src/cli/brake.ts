/** `migrator brake`: stops all writes, or those of an instance or a batch; never reads or approvals. It is a row in the store. */
import type { Command } from 'commander';
import { moment } from '../report/words.ts';
import { usageError } from './errors.ts';
import { answer, columns } from './print.ts';
import { byOption, type ServiceOptions, serviceCommand, withStore } from './service.ts';

interface BrakeOptions extends ServiceOptions {
  by: string;
  reason: string;
  instance?: string;
  batch?: string;
}

export function addBrake(program: Command): void {
  const brake = program.command('brake').description('stop all writes to instances, or let them go on');
  const scoped = (name: string, description: string) =>
    serviceCommand(brake, name, description)
      .option('--instance <name>', 'only what is written to this instance')
      .option('--batch <name>', 'only what belongs to this batch')
      .addOption(byOption().makeOptionMandatory());
  scoped('on', 'stop writes within two seconds; what was sent is not called back')
    .requiredOption('--reason <text>', 'why, for those who meet it')
    .action(on);
  scoped('off', 'let writes go on').action(off);
  serviceCommand(brake, 'list', 'which brakes are on').action(list);
}

function scopeOf({ instance, batch }: BrakeOptions): string {
  if (instance && batch) throw usageError('--instance and --batch are two brakes.', 'Give one of them.');
  return instance ? `instance:${instance}` : batch ? `batch:${batch}` : 'all';
}

async function on(options: BrakeOptions): Promise<void> {
  const scope = scopeOf(options);
  await withStore(options, (store) => store.brake.on(scope, options.by, options.reason));
  answer(options, { scope, on: true }, `The brake is on: ${scope}. Release it with \`migrator brake off\`.`);
}

async function off(options: BrakeOptions): Promise<void> {
  const scope = scopeOf(options);
  await withStore(options, async (store) => {
    const was = (await store.brake.list()).some((row) => row.scope === scope);
    await store.brake.off(scope, options.by);
    const others = (await store.brake.list()).map((row) => row.scope);
    answer(options, { scope, on: false, was, others }, [
      was ? `The brake is off: ${scope}.` : `No brake was on: ${scope}.`,
      ...(others.length > 0 ? [`Still on: ${others.join(', ')}`] : []),
    ]);
  });
}

async function list(options: ServiceOptions): Promise<void> {
  const rows = await withStore(options, (store) => store.brake.list());
  const lines = rows.map(({ scope, by, at, why }) => [scope, by, moment(at), why]);
  answer(options, rows, lines.length === 0 ? 'No brake is on.' : columns([['SCOPE', 'BY', 'SINCE', 'WHY'], ...lines]));
}
