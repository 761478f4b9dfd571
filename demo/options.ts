/** What the demo can be asked for. */
import { parseArgs } from 'node:util';

const SCENARIOS = ['moved', 'workaround', 'renamed', 'batch'] as const;
const ORDERS = ['guide', 'prepareFirst'] as const;
const STORES = ['sqlite', 'postgres'] as const;
const HANDS = ['service', 'people'] as const;

export interface DemoOptions {
  /**
   * `moved`: project PA moved to another Jira. `renamed`: it did, and has another key there, and the users other names. `workaround`: nothing moved, the original is configured elsewhere. `batch`: many
   * projects moved, two of their migrations are in trouble.
   */
  scenario: (typeof SCENARIOS)[number];
  /** Of the steps: the guide's, or everything prepared while the original still runs. */
  order: (typeof ORDERS)[number];
  /** Where ledger and artifacts stand: the service's own file, or a PostgreSQL that the demo starts. */
  store: (typeof STORES)[number];
  /** A world file of the newcomer's own, instead of a seeded scenario. */
  world?: string;
  /** Who does what can be done by either: the service by REST as far as it may, or people in Backbone's pages alone. */
  by: (typeof HANDS)[number];
  /** Of a batch. */
  migrations: number;
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
  --scenario NAME  moved, workaround, renamed or batch (moved)
  --migrations N   of a batch (12)
  --world FILE     a world of your own (docs/sandbox.md), instead of a scenario
  --order NAME     guide or prepareFirst (guide)
  --store NAME     sqlite or postgres (sqlite)
  --by WHO         service or people (service): who does every step that can be a person's
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
      scenario: { type: 'string', default: 'moved' },
      world: { type: 'string' },
      migrations: { type: 'string', default: '12' },
      order: { type: 'string', default: 'guide' },
      store: { type: 'string', default: 'sqlite' },
      by: { type: 'string', default: 'service' },
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
  const { world, ...rest } = values;
  return {
    ...rest,
    ...(world === undefined ? {} : { world }),
    scenario: oneOf('scenario', SCENARIOS, values.scenario),
    order: oneOf('order', ORDERS, values.order),
    store: oneOf('store', STORES, values.store),
    by: oneOf('by', HANDS, values.by),
    migrations: wholeNumber('migrations', values.migrations),
    seed: wholeNumber('seed', values.seed),
    drop: wholeNumber('drop', values.drop),
  };
}

function oneOf<T extends string>(name: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((value) => value === text);
  if (found) return found;
  throw new Error(`--${name} is ${allowed.join(' or ')}, not "${text}"`);
}

function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number, not "${text}"`);
}
