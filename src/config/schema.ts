/** The shape of the configuration file, with its defaults. Strict: a misspelt member would otherwise mean its default. */
import { z } from 'zod';
import { LIMITS } from '../contract/limits.ts';
import { withoutTrailing } from '../contract/text.ts';
import { NAME_OR_SOURCE, SOURCE } from './secrets.ts';

const duration = z.string('must be a duration like 200ms, 5s or 10m').transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  context.addIssue({ code: 'custom', message: 'must be a duration like 200ms, 5s or 10m' });
  return z.NEVER;
});

const SECRET = 'must be env:NAME or file:/path, a secret is never written into this file';
const secret = z.string(SECRET).regex(SOURCE, SECRET);

const NAME = 'must be the name of a user, or env:NAME or file:/path';
const username = z.string(NAME).regex(NAME_OR_SOURCE, NAME);

const baseUrl = z.string('must be the http or https address of the instance').transform((text, context) => {
  const problem = problemOfUrl(text);
  if (problem === undefined) return withoutTrailing(text, '/');
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

function problemOfUrl(text: string): string | undefined {
  if (text.length > LIMITS.address) return `must have no more than ${LIMITS.address} characters`;
  if (!URL.canParse(text)) return 'must be the http or https address of the instance';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must begin with http:// or https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password';
  if (url.search !== '' || url.hash !== '') return 'must end with the path, without ? or #';
  return undefined;
}

const credentials = z.union([z.strictObject({ username, password: secret }), z.strictObject({ token: secret })]);

const who = z.enum(['rest', 'person']);

export const STOPPED_TRACES = ['sequenceIds', 'lastChanges', 'lastChangeSeen', 'lastModified'] as const;

/** Defaults are what the vendor documents; what is undocumented is a person's until the operator says otherwise. */
const backbone = z.strictObject({
  /** POST /integrations: its body is not documented. */
  createSynchronization: who.default('person'),
  /** Drafts carry issue type mappings, field mappings and field defaults only. */
  importConfiguration: z.enum(['drafts', 'person']).default('person'),
  /** POST syncInformation: what it does to existing entries is not documented. */
  pairIssues: who.default('person'),
  stopSynchronization: who.default('rest'),
  startSynchronization: who.default('rest'),
  resync: who.default('rest'),
  deleteSynchronization: who.default('rest'),
  /** Server manuals 3.9 and 4.1 print POST, cloud manuals PUT. The other one is tried on 405. */
  startStopVerb: z.enum(['POST', 'PUT']).default('POST'),
  /** Only STOPPED and IDLE were ever seen in the manual. */
  vocabulary: z
    .strictObject({
      stopped: z.string().min(1).default('STOPPED'),
      running: z.string().min(1).default('RUNNING'),
      idle: z.string().min(1).default('IDLE'),
    })
    .prefault({}),
  /** What stays as it is while a synchronization is stopped, so that another value means that it ran. */
  stoppedTraces: z.array(z.enum(STOPPED_TRACES)).default([...STOPPED_TRACES]),
});

export const instance = z.strictObject({
  baseUrl: baseUrl.optional(),
  deployment: z.enum(['dataCenter', 'cloud']),
  access: z.enum(['full', 'none']).default('full'),
  credentials: credentials.optional(),
  /** Credentials go over a connection that anybody on the way can read. */
  allowPlainHttp: z.boolean().default(false),
  syncUser: z.strictObject({ username, password: secret }).optional(),
  backbone: backbone.prefault({}),
  limits: z
    .strictObject({
      requestsPerSecond: z.number().positive().max(1000).default(8),
      concurrency: z.int().min(1).max(64).default(4),
    })
    .prefault({}),
});

const range = (from: string, to: string) =>
  z.strictObject({ from: duration.prefault(from), to: duration.prefault(to) }).prefault({});

export const timing = z
  .strictObject({
    /** Backbone's `sync.outgoingInterval`: idle is believed after three of these. */
    outgoingInterval: duration.prefault('5s'),
    /** Twelve of them where it is left out. */
    staleness: duration.optional(),
    /** One HTTP exchange. */
    httpTimeout: duration.prefault('30s'),
    machineWait: range('1s', '30s'),
    personWait: range('15s', '10m'),
    /** The watcher's pause between two looks at an instance. */
    watchEvery: duration.prefault('30s'),
  })
  .prefault({});

export const configurationFile = z.strictObject({
  instances: z
    .record(z.string(), instance)
    .refine((instances) => Object.keys(instances).length > 0, 'must name at least one instance'),
  policy: z
    .strictObject({
      approvers: z.array(z.string().min(1)).default([]),
      required: z.int().min(1).default(1),
      selfApproval: z.boolean().default(false),
      identity: z.enum(['claimed', 'principal', 'signed']).default('claimed'),
      deleteOnAttested: z.boolean().default(false),
    })
    .prefault({}),
  timing,
  reminders: z
    .strictObject({ every: duration.prefault('24h'), webhook: secret.optional(), secret: secret.optional() })
    .prefault({}),
  artifacts: z.strictObject({ url: baseUrl.optional() }).prefault({}),
  store: z.strictObject({ postgres: secret.optional() }).prefault({}),
  taskQueuePrefix: z
    .string()
    .regex(/^[A-Za-z0-9._-]*$/, 'must be letters, digits, dot, dash and underscore')
    .default(''),
});

export type ConfigurationFile = z.infer<typeof configurationFile>;
export type InstanceEntry = ConfigurationFile['instances'][string];

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds. `undefined` when it is no duration, or none at all. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text.trim()) ?? [];
  const milliseconds = Math.round(Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN));
  // setTimeout cannot wait longer than 2^31-1 ms and fires at once instead.
  return milliseconds > 0 && milliseconds < 2 ** 31 ? milliseconds : undefined;
}
