/** What the demo can be asked for. */
import { parseArgs } from 'node:util';

export interface DemoOptions {
  seed: number;
  /** Everything keeps running afterwards, so that the newcomer can look round. */
  keep: boolean;
  /** The newcomer is the approver. */
  interactive: boolean;
  /** One JSON value as the last line. */
  json: boolean;
  /** For the test of the judge: so many messages are dropped on the way. */
  drop: number;
  /** Where state, configuration and pages are left. */
  home: string;
}

const USAGE = `npm run demo -- [options]
  --seed N         another world (1)
  --keep           leave everything running and say how to look at it
  --interactive    you are the approver
  --json           end with one line of JSON
  --home FOLDER    where to leave configuration, logs and pages (.backbone-migrator/demo)
  --drop N         drop N messages on the way: the judge has to find them`;

export function readOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
      interactive: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      drop: { type: 'string', default: '0' },
      home: { type: 'string', default: '.backbone-migrator/demo' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  return { ...values, seed: wholeNumber('seed', values.seed), drop: wholeNumber('drop', values.drop) };
}

function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number, not "${text}"`);
}
