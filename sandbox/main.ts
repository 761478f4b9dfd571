/** `node sandbox/main.ts --seed 1 --ports 0`: prints one line of JSON when everything listens, ends on SIGINT or SIGTERM. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type SandboxOptions, startSandbox } from './start.ts';

const USAGE = `node sandbox/main.ts [options]
  --seed N            same seed, same world (1)
  --ports A,B,C       ports of jira-old, jira-new, jira-partner; 0: free ones (0)
  --control-port N    port of /sandbox/... (free)
  --issues N          paired issues (24)
  --world KIND        moved or workaround (moved)
  --interval MS       beat of the queues (200)
  --gap N             issues changed on B and carried to old A after the copy (0)
  --ambiguous none    jira-new has no second "Customer reference"
  --switch NAME=VALUE set a switch (JSON value; may be repeated)
  --people MS         people work from the start, one act every MS
  --write-config FILE write the migrator's configuration`;

function optionsFrom(argv: string[]) {
  const { values } = parseArgs({
    args: argv,
    options: {
      seed: { type: 'string', default: '1' },
      ports: { type: 'string', default: '0' },
      'control-port': { type: 'string', default: '0' },
      issues: { type: 'string', default: '24' },
      world: { type: 'string', default: 'moved' },
      interval: { type: 'string', default: '200' },
      gap: { type: 'string', default: '0' },
      ambiguous: { type: 'string', default: 'field' },
      switch: { type: 'string', multiple: true, default: [] },
      people: { type: 'string' },
      'write-config': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.world !== 'moved' && values.world !== 'workaround') throw new Error('--world is moved or workaround');
  const options: SandboxOptions = {
    seed: Number(values.seed),
    ports: values.ports.split(',').map(Number),
    controlPort: Number(values['control-port']),
    issues: Number(values.issues),
    world: values.world,
    interval: Number(values.interval),
    gap: Number(values.gap),
    ambiguous: values.ambiguous !== 'none',
    switches: Object.fromEntries(values.switch.map(readSwitch)),
  };
  return { options, file: values['write-config'], people: values.people, help: values.help };
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

async function main(): Promise<void> {
  const { options, file, people, help } = optionsFrom(process.argv.slice(2));
  if (help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const sandbox = await startSandbox(options);
  if (file !== undefined) await writeFile(file, sandbox.configuration());
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
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exit(2);
});
