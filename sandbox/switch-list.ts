/**
 * Every behaviour the vendor's manual is silent about, by name. A rehearsal can see the other behaviour by setting one.
 * Fault knobs that only the sandbox has (`dropMessages`, `failIssues`) are here too, so that there is one list.
 * Standard value and sentence of each, and the values it takes where they are few; docs/sandbox.md has the same table, docs/assumptions.md what rests on it.
 */
export const SWITCHES = {
  startStopStatus: [200, 'Status of a successful start or stop: 200, 202 or 204 (which has no body).', [200, 202, 204]],
  startStopDelayMs: [0, 'How long after its answer a start or stop takes effect.'],
  invalidStartStatus: [409, 'How a start with a configuration that is not valid is refused.'],
  startStopVerb: [
    'POST',
    'Verb of start and stop: POST, PUT or both. The other one is answered 405.',
    ['POST', 'PUT', 'both'],
  ],
  statusEmbedded: [false, 'Whether integrations carry their `status` (both are documented).'],
  restartRequired: [
    [],
    'Running synchronizations that carry nothing until they are stopped and started, as `instance/INT-n`.',
  ],
  reconnectingWhileOffline: [
    false,
    'Whether a connector of a running synchronization that is offline says `reconnecting`.',
  ],
  healthBody: ['json', 'What GET /health answers: json, text or empty.', ['json', 'text', 'empty']],
  errorBody: [
    'message',
    'Body of refusals in Backbone: message ({message}), errorMessages (as Jira), text, html or empty.',
    ['message', 'errorMessages', 'text', 'html', 'empty'],
  ],
  errorsSay: ['', 'What stands behind the message of every refusal of Jira and Backbone.'],
  conflictShape: [
    'objects',
    'What a list of conflicts holds: objects, texts, codes (a code and ids), or wrapped ({conflicts: [objects]}).',
    ['objects', 'texts', 'codes', 'wrapped'],
  ],
  unknownConflicts: [
    [],
    'Conflicts of kinds nobody knows that each synchronization has besides before its first start, as JSON or texts.',
  ],
  deleteStatus: [204, 'Status of a successful DELETE of a synchronization: 204 or 200.', [204, 200]],
  deleteStopsRunning: [
    true,
    'Whether DELETE stops a running synchronization first, as the pages do; false answers 409.',
  ],
  backboneTakesBearer: [true, 'Whether Backbone takes a personal access token; false answers 401.'],
  xsrfHeader: [
    'none',
    'What writes to Backbone must say in X-Atlassian-Token: none (nothing), nocheck, no-check or either.',
    ['none', 'nocheck', 'no-check', 'either'],
  ],
  callerRights: [
    'system',
    'Rights of REST callers: system, project (projectKey is required in lists) or restricted (403).',
    ['system', 'project', 'restricted'],
  ],
  filterByBaseUrl: [true, 'Whether GET /integrations knows jiraBaseUrl (documented once, in 5.14).'],
  connectorBaseUrl: [
    'exact',
    'How connectors spell a base URL: exact, or slash (with one at the end).',
    ['exact', 'slash'],
  ],
  applicationConnectionByRest: [true, 'Whether PUT applicationConnection works; false answers 400.'],
  draftDeleteAddressing: [
    'query',
    'DELETE of a mapping in a draft names it by `id` in the query or in the body.',
    ['query', 'body'],
  ],
  runningWord: ['RUNNING', 'What `status` and the route statuses say while running.'],
  busyWord: ['BUSY', 'What processing statuses say while a queue is not empty.'],
  createIntegrationByRest: [true, 'Whether POST /integrations works; false answers 400.'],
  createAnswer: [201, 'Status of a successful POST /integrations: 201 or 200.', [200, 201]],
  connectorKeyStyle: ['CON', '`CON` gives CON-48-PA, `project` gives PA-48.', ['CON', 'project']],
  importKeepsMappingIds: [false, 'Whether an imported configuration keeps the ids of its mappings.'],
  publishRefusesConflicts: [false, 'Whether publishing a draft that has conflicts is answered 409.'],
  syncInformationForeignIds: [
    'ignored',
    'Entries with an `id` or a foreign `connectorKey` in POST syncInformation: ignored or refused.',
    ['ignored', 'refused'],
  ],
  syncInformationMaxEntries: [0, 'The most entries one POST syncInformation takes, else 413; 0: no limit.'],
  syncInformationAnswer: ['entries', 'What POST syncInformation answers: entries or empty.', ['entries', 'empty']],
  syncInformationCut: [0, 'GET syncInformation answers with so many entries at most, in silence; 0: all of them.'],
  sequenceIdsInRest: [true, 'Whether entries in REST carry the sequence ids (seen in files only).'],
  sequencesRelate: [true, 'Whether what one side sent is what the other received; false: each counts for itself.'],
  commentMembers: ['localId', 'Members of `comments[]`: localId, or remoteId for both.', ['localId', 'remoteId']],
  syncInformationPolicy: [
    'overwrite',
    'POST syncInformation on an existing pair: overwrite, merge, skip or conflict (409).',
    ['overwrite', 'merge', 'skip', 'conflict'],
  ],
  syncInformationWhileRunning: [true, 'Whether POST syncInformation is accepted while the synchronization runs.'],
  deleteAddressing: [
    'keys',
    'DELETE syncInformation names its entry by `keys` (localIssueKey, remoteIssueKey) or `id`.',
    ['keys', 'id'],
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
  resyncRefusesUnknown: [false, 'Whether a resync entity with members that are not documented is answered 400.'],
  sendStatusFieldDefault: [false, 'What an absent sendStatusField means in a resync.'],
  resyncStatus: [200, 'Status of a successful resync.'],
  commentEdits: [true, 'Whether a comment that people edit is edited at the partner too.'],
  commentDeletes: [true, 'Whether a comment that people delete is deleted at the partner too.'],
  staleSequence: [
    'accept',
    'A message with a sequence id not above the last one received: accept or discard.',
    ['accept', 'discard'],
  ],
  searchCap: [100, 'Largest page of a Jira search; larger maxResults are lowered in silence.'],
  historyFieldIds: [true, 'Whether change histories on Data Center name fields by id too; false: by name only.'],
  filesInHistory: [true, 'Whether change histories say that a file was attached.'],
  searchFollowsMovedKeys: [true, 'Whether JQL finds a moved issue by a key it had before.'],
  remoteEndpoints: [
    -1,
    'Endpoints of the remote licence: how many partner Jiras may have running synchronizations. -1: the partners are licensed.',
  ],
  oneLicence: [false, 'Whether one remote licence serves all instances; false: each has its own.'],
  unlicensed: [[], 'Instances whose Backbone licence is not valid, by name.'],
  movedIssueReceives: [
    true,
    'Whether a change meant for an issue that was moved away is applied to it; false: an error.',
  ],
  unlistedAttachments: [
    'kept',
    'What happens to files that a synchronization has not carried and that are older than its first start: kept or sent.',
    ['kept', 'sent'],
  ],
  missingIssueIsBusy: [false, 'Whether messages that wait for a missing issue make the incoming side busy.'],
  restoreStarts: [false, 'Whether synchronizations that ran at the backup run after a restore of the database.'],
  pairByKeyNeedsBothWays: [
    true,
    'Whether pairing by key needs issue type mappings in both directions (older manuals).',
  ],
  hiddenIssues: [[], 'Issues that REST callers cannot see, as `instance/KEY`.'],
  dropMessages: [0, 'The engine loses this many of the next messages: a lost change.'],
  failIssues: [[], 'Issues (`instance/KEY`) on which incoming messages fail with an error.'],
  latencyMs: [0, 'Delay before each answer of a Jira instance.'],
} as const satisfies Record<string, readonly [SwitchValue, string, (readonly SwitchValue[])?]>;

export type SwitchValue = string | number | boolean | readonly string[];
export type SwitchName = keyof typeof SWITCHES;
