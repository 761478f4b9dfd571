/**
 * Every behaviour the vendor's manual is silent about, by name. A rehearsal can see the other behaviour by setting one.
 * Fault knobs that only the sandbox has (`dropMessages`, `failIssues`) are here too, so that there is one list.
 */
const DEFINITIONS = {
  startStopVerb: ['POST', 'Verb of start and stop: POST, PUT or both. The other one is answered 405.'],
  statusEmbedded: [false, 'Whether integrations carry their `status` (both are documented).'],
  runningWord: ['RUNNING', 'What `status` and the route statuses say while running.'],
  busyWord: ['BUSY', 'What processing statuses say while a queue is not empty.'],
  createIntegrationByRest: [true, 'Whether POST /integrations works; false answers 400.'],
  createAnswer: [201, 'Status of a successful POST /integrations: 201 or 200.'],
  connectorKeyStyle: ['CON', '`CON` gives CON-48-PA, `project` gives PA-48.'],
  importKeepsMappingIds: [false, 'Whether an imported configuration keeps the ids of its mappings.'],
  publishRefusesConflicts: [false, 'Whether publishing a draft that has conflicts is answered 409.'],
  syncInformationPolicy: ['overwrite', 'POST syncInformation on an existing pair: overwrite, skip or conflict (409).'],
  syncInformationWhileRunning: [true, 'Whether POST syncInformation is accepted while the synchronization runs.'],
  deleteAddressing: [
    'keys',
    'DELETE syncInformation names its entry by `keys` (localIssueKey, remoteIssueKey) or `id`.',
  ],
  userChangeByGet: [true, 'Whether GET connectors/{key}/user?newUser= works.'],
  startSendsUnpaired: [true, 'Whether a start sends issues that existed before and have no pair.'],
  startCarriesSinceLastChangeSeen: [
    true,
    'Whether the first start carries changes later than imported lastChangeSeen.',
  ],
  stopDrains: [
    true,
    'Whether messages already detected are still delivered after a stop (false: they stay in queues).',
  ],
  resyncCarriesComments: [true, 'Whether resync messages carry comments that are not listed yet.'],
  resyncCreatesUnpaired: [true, 'Whether a resync creates issues that have no pair at the partner.'],
  resyncWhileStopped: [false, 'Whether a resync is accepted (and queued) while stopped; false answers 409.'],
  resyncStatus: [200, 'Status of a successful resync.'],
  staleSequence: ['accept', 'A message with a sequence id not above the last one received: accept or discard.'],
  searchCap: [100, 'Largest page of a Jira search; larger maxResults are lowered in silence.'],
  hiddenIssues: [[], 'Issues that REST callers cannot see, as `instance/KEY`.'],
  dropMessages: [0, 'The engine loses this many of the next messages: a lost change.'],
  failIssues: [[], 'Issues (`instance/KEY`) on which incoming messages fail with an error.'],
  latencyMs: [0, 'Delay before each answer of a Jira instance.'],
} as const satisfies Record<string, readonly [SwitchValue, string]>;

export type SwitchValue = string | number | boolean | readonly string[];
export type SwitchName = keyof typeof DEFINITIONS;
type Widened<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : readonly string[];
export type Switches = { [Name in SwitchName]: Widened<(typeof DEFINITIONS)[Name][0]> };

export function defaultSwitches(): Switches {
  const values: [string, SwitchValue][] = Object.entries(DEFINITIONS).map(([name, [value]]) => [name, value]);
  return Object.fromEntries(values) as Switches;
}

/** Name, value and sentence of each switch, for GET /sandbox/switches and docs/sandbox.md. */
export function describeSwitches(
  switches: Switches,
): Record<string, { value: SwitchValue; default: SwitchValue; about: string }> {
  const rows = Object.entries(DEFINITIONS).map(([name, [standard, about]]) => [
    name,
    { value: switches[name as SwitchName], default: standard, about },
  ]);
  return Object.fromEntries(rows);
}

/** Sets the named switches; unknown names and values of the wrong type are refused together, and nothing is set. */
export function setSwitches(switches: Switches, wanted: Record<string, unknown>): string[] {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    if (!(name in DEFINITIONS)) problems.push(`There is no switch ${name}`);
    else if (kindOf(value) !== kindOf(switches[name as SwitchName])) {
      problems.push(`Switch ${name} takes ${kindOf(switches[name as SwitchName])}`);
    }
  }
  if (problems.length === 0) Object.assign(switches, wanted);
  return problems;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value;
}
