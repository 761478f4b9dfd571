/** `npm run sandbox -- --seed 1 --ports 0`: prints one line of JSON when everything listens, ends on SIGINT or SIGTERM. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { instanceNames, makeWorld, type SandboxOptions, startSandbox } from './start.ts';
import { setSwitches } from './switches.ts';
import { readWorldFile } from './world-file/read.ts';
import { worldFileOf } from './world-file/write.ts';

const USAGE = `npm run sandbox -- [options]
  --seed N            same seed, same world (1)
  --ports A,B,C       ports of jira-old, jira-new, jira-partner; 0: free ones (0)
  --control-port N    port of /sandbox/... (free)
  --issues N          paired issues (24)
  --migrations N      so many synchronizations to migrate, over four instances (1)
  --world WORLD       moved, workaround, renamed, hostile, or a world file such as world.json (moved)
  --interval MS       beat of the queues (200)
  --gap N             issues changed on B and carried to old A after the copy (0)
  --cloud NAME        this instance is a Cloud site (may be repeated)
  --rich-fields       a cascading field, labels, components and versions, and mappings of them
  --alias NAME=INSTANCE this instance listens at a second address, configured under this name (may be repeated)
  --clock NAME=MS     the clock of this instance is so far ahead; negative: behind (may be repeated)
  --ambiguous none    jira-new has no second "Customer reference"
  --sequences-from N  is added to every sequence id, digit by digit: they may exceed 2^53
  --sync-user NAME=USER new synchronizations act on this instance as this user (may be repeated)
  --switch NAME=VALUE set a switch (JSON value; may be repeated)
  --people MS         people work from the start, one act every MS
  --write-config FILE write the migrator's configuration
  --write-world FILE  write the world as a file and end; what it is: docs/sandbox.md`;

const WORLDS = ['moved', 'workaround', 'renamed', 'hostile'] as const satisfies readonly SandboxOptions['world'][];

class UsageError extends Error {}

function parsed(argv: string[]) {
  return parseArgs({
    args: argv,
    options: {
      seed: { type: 'string', default: '1' },
      ports: { type: 'string', default: '0' },
      'control-port': { type: 'string', default: '0' },
      issues: { type: 'string', default: '24' },
      migrations: { type: 'string', default: '1' },
      world: { type: 'string', default: 'moved' },
      interval: { type: 'string', default: '200' },
      gap: { type: 'string', default: '0' },
      ambiguous: { type: 'string', default: 'field' },
      cloud: { type: 'string', multiple: true, default: [] },
      'rich-fields': { type: 'boolean', default: false },
      alias: { type: 'string', multiple: true, default: [] },
      clock: { type: 'string', multiple: true, default: [] },
      'sequences-from': { type: 'string' },
      'sync-user': { type: 'string', multiple: true, default: [] },
      switch: { type: 'string', multiple: true, default: [] },
      people: { type: 'string' },
      'write-config': { type: 'string' },
      'write-world': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

function valuesFrom(argv: string[]) {
  try {
    return parsed(argv);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function optionsFrom(values: ReturnType<typeof parsed>): Promise<SandboxOptions> {
  const options: SandboxOptions = {
    seed: Number(values.seed),
    ports: values.ports.split(',').map(Number),
    controlPort: Number(values['control-port']),
    issues: Number(values.issues),
    migrations: Number(values.migrations),
    interval: Number(values.interval),
    gap: Number(values.gap),
    ambiguous: values.ambiguous !== 'none',
    cloud: values.cloud,
    ...readSequences(values['sequences-from']),
    syncUsers: Object.fromEntries(values['sync-user'].map((text) => readPair('--sync-user is NAME=USER', text))),
    richFields: values['rich-fields'],
    aliases: Object.fromEntries(values.alias.map((text) => readPair('--alias is NAME=INSTANCE', text))),
    clocks: Object.fromEntries(values.clock.map(readClock)),
    switches: Object.fromEntries(values.switch.map(readSwitch)),
  };
  const { world } = values;
  const kind = WORLDS.find((known) => known === world);
  if (kind) return { ...options, world: kind };
  // A misspelled kind is no missing file.
  if (!world.endsWith('.json'))
    throw new UsageError('--world is moved, workaround, renamed, hostile, or a file that ends with .json');
  return { ...options, file: await readWorldFile(world) };
}

/** Instances of a written world need no port: a file names them by an address of its own. */
function worldAt(options: SandboxOptions) {
  const names = instanceNames(options);
  if (names.length > 3 && !options.file) throw new UsageError('a world file has one migration: leave --migrations out');
  const world = makeWorld(options, Object.fromEntries(names.map((name) => [name, `https://${name}.example.com`])));
  const problems = setSwitches(world.switches, options.switches ?? {});
  if (problems.length > 0) throw new UsageError(problems.join('; '));
  return world;
}

function readSwitch(text: string): [string, unknown] {
  const at = text.indexOf('=');
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

function readSequences(sequencesFrom: string | undefined): { sequencesFrom?: string } {
  if (sequencesFrom === undefined) return {};
  if (!/^\d+$/.test(sequencesFrom)) throw new UsageError('--sequences-from is a whole number');
  return { sequencesFrom };
}

function readPair(usage: string, text: string): [string, string] {
  const [name = '', value = ''] = text.split('=');
  if (name === '' || value === '') throw new UsageError(usage);
  return [name, value];
}

function readClock(text: string): [string, number] {
  const [name = '', ms = ''] = text.split('=');
  if (!/^-?\d+$/.test(ms)) throw new UsageError('--clock is NAME=MS, for instance jira-old=-300000');
  return [name, Number(ms)];
}

async function main(): Promise<void> {
  const values = valuesFrom(process.argv.slice(2));
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const options = await optionsFrom(values);
  const { people, 'write-config': configurationFile, 'write-world': worldFile } = values;
  if (worldFile !== undefined) {
    await writeFile(worldFile, `${JSON.stringify(worldFileOf(worldAt(options)), null, 2)}\n`);
    process.stdout.write(`${JSON.stringify({ written: worldFile })}\n`);
    return;
  }
  const sandbox = await startSandbox(options);
  if (configurationFile !== undefined) await writeFile(configurationFile, sandbox.configuration());
  if (people !== undefined) {
    const body = JSON.stringify({ action: 'start', everyMs: Number(people), seed: options.seed });
    await fetch(`${sandbox.ready.control}/sandbox/people`, { method: 'POST', body });
  }
  const end = () => void sandbox.close().then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  // Last: whoever reads it may send a signal at once.
  process.stdout.write(`${JSON.stringify(sandbox.ready)}\n`);
}

main().catch((error: unknown) => {
  const usage = error instanceof UsageError ? `\n${USAGE}` : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${usage}\n`);
  process.exit(2);
});
