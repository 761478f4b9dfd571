/** The configuration file: its defaults, and every way in which it can be wrong. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { parseDuration } from '../../src/config/schema.ts';
import type { MigratorError } from '../../src/contract/errors.ts';
import { everything, failureOf } from '../http/instances.ts';

const LITERAL = 'hunter2-literal';
const ENV = { OLD_USER: 'kim', OLD_PASSWORD: 'pw-of-environment', EMPTY: '' };

const MINIMAL = `instances:
  jira-old:
    baseUrl: https://jira-old.example.com/jira/
    deployment: dataCenter
    credentials: { username: env:OLD_USER, password: env:OLD_PASSWORD }
`;

async function fileWith(text: string, others: Record<string, string> = {}): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(others)) await writeFile(path.join(folder, name), content);
  await writeFile(path.join(folder, 'migrator.yaml'), text);
  return path.join(folder, 'migrator.yaml');
}

/** Problems as `line member: what`, without the folder. */
async function problemsIn(text: string): Promise<string[]> {
  const file = await fileWith(text);
  const error = await failureOf(loadConfig(file, ENV));
  expect(error.code).toBe('InvalidConfiguration');
  expect(everything(error)).not.toContain(LITERAL);
  expect(everything(error)).not.toContain(ENV.OLD_PASSWORD);
  const listed = error.message.replace(/^[^:]*: /, '').replace(/\. Correct the listed.*$/, '');
  return listed.split('; ').map((each) => each.replace(`${file}:`, ''));
}

describe('a configuration file', () => {
  it('needs little; the defaults are what the vendor documents', async () => {
    const file = await fileWith(MINIMAL);
    const config = await loadConfig(file, ENV);
    expect(config).toMatchObject({
      file,
      instances: {
        'jira-old': {
          name: 'jira-old',
          baseUrl: 'https://jira-old.example.com/jira',
          deployment: 'dataCenter',
          access: 'full',
          credentials: { kind: 'basic' },
          syncUser: null,
          backbone: {
            createSynchronization: 'person',
            importConfiguration: 'person',
            pairIssues: 'person',
            stopSynchronization: 'rest',
            startSynchronization: 'rest',
            resync: 'rest',
            deleteSynchronization: 'rest',
            startStopVerb: 'POST',
            vocabulary: { stopped: 'STOPPED', running: 'RUNNING', idle: 'IDLE' },
            stoppedTraces: ['sequenceIds', 'lastChanges', 'lastChangeSeen', 'lastModified'],
          },
          limits: { requestsPerSecond: 8, concurrency: 4 },
        },
      },
      policy: { approvers: [], required: 1, selfApproval: false, identity: 'claimed', deleteOnAttested: false },
      timing: {
        outgoingInterval: 5000,
        httpTimeout: 30_000,
        machineWait: { from: 1000, to: 30_000 },
        personWait: { from: 15_000, to: 600_000 },
        watchEvery: 30_000,
      },
      taskQueuePrefix: '',
    });
  });

  it('may say everything', async () => {
    const file = await fileWith(
      `${MINIMAL}    syncUser: { username: env:OLD_USER, password: file:sync }
    backbone: { createSynchronization: rest, importConfiguration: drafts, startStopVerb: PUT, vocabulary: { running: STARTED } }
    limits: { requestsPerSecond: 0.5 }
  cloud:
    baseUrl: http://127.0.0.1:8080
    deployment: cloud
    credentials: { token: file:token }
  partner: { deployment: cloud, access: none }
policy: { approvers: [lee@example.com, ops-leads], required: 2, identity: signed }
timing: { httpTimeout: 200ms, personWait: { to: 1h } }
taskQueuePrefix: test-
`,
      { sync: 'from-file\n', token: 'first\r\n' },
    );
    const { instances, timing, policy, taskQueuePrefix } = await loadConfig(file, ENV);
    expect(await instances['jira-old']?.syncUser?.password.read()).toBe('from-file');
    expect(instances['jira-old']?.backbone).toMatchObject({
      startStopVerb: 'PUT',
      vocabulary: { running: 'STARTED', idle: 'IDLE' },
    });
    expect(instances.partner).toMatchObject({ access: 'none', credentials: null, baseUrl: '' });
    expect(timing).toMatchObject({ httpTimeout: 200, personWait: { from: 15_000, to: 3_600_000 } });
    expect(policy.required).toBe(2);
    expect(taskQueuePrefix).toBe('test-');
    const credentials = instances.cloud?.credentials;
    if (credentials?.kind !== 'bearer') throw new Error('expected a token');
    expect(await credentials.token.read()).toBe('first');
    await writeFile(path.join(path.dirname(file), 'token'), 'rotated\n');
    expect(await credentials.token.read()).toBe('rotated');
  });

  it('may hold the name of a user as it is, but never a password or token', async () => {
    const config = await loadConfig(await fileWith(MINIMAL.replace('env:OLD_USER', 'migrator')), ENV);
    const credentials = config.instances['jira-old']?.credentials;
    expect(credentials?.kind === 'basic' && (await credentials.username.read())).toBe('migrator');
    expect(await problemsIn(MINIMAL.replace('env:OLD_USER', 'evn:OLD_USER'))).toEqual([
      '5 instances.jira-old.credentials.username: must be the name of a user, or env:NAME or file:/path',
    ]);
  });

  it('holds no secret once loaded: neither printed nor as JSON', async () => {
    const config = await loadConfig(await fileWith(MINIMAL), ENV);
    expect(JSON.stringify(config)).not.toContain(ENV.OLD_PASSWORD);
    expect(JSON.stringify(config)).toContain('env:OLD_PASSWORD');
  });

  it('tells every problem at once, each with its line and member', async () => {
    const problems = await problemsIn(`instances:
  jira-old:
    baseUrl: ftp://jira-old
    deployment: server
    credentials: { username: env:OLD_USER, password: ${LITERAL} }
    limits: { concurrency: 0, requestsPerSecond: fast }
    bakcbone: {}
  jira new:
    baseUrl: https://kim:${LITERAL}@jira-new
    deployment: cloud
    credentials:
      token: env:NOT_SET
  lonely: { deployment: cloud }
  creator:
    baseUrl: https://c.example?token=${LITERAL}
    deployment: cloud
    credentials: { token: file:nowhere }
    backbone: { pairIssues: drafts, stopp: rest }
policy: { required: 0, approver: [] }
timing:
  httpTimeout: 5
  machineWait: { from: 0s }
  personWait: { from: 1h }
`);
    expect(problems).toEqual([
      '3 instances.jira-old.baseUrl: must begin with http:// or https://',
      '4 instances.jira-old.deployment: must be one of "dataCenter"|"cloud"',
      '5 instances.jira-old.credentials.password: must be env:NAME or file:/path, a secret is never written into this file',
      '6 instances.jira-old.limits.requestsPerSecond: must be number, received string',
      expect.stringContaining('6 instances.jira-old.limits.concurrency: '),
      '7 instances.jira-old.bakcbone: is not a member known here',
      '8 instances["jira new"]: an instance is named by letters, digits, dot, dash and underscore',
      '9 instances["jira new"].baseUrl: must not hold a user or password',
      '12 instances["jira new"].credentials.token: the environment variable NOT_SET is not set',
      '13 instances.lonely.baseUrl: is missing',
      '13 instances.lonely.credentials: is missing, an instance we cannot reach is declared access: none',
      '15 instances.creator.baseUrl: must end with the path, without ? or #',
      '17 instances.creator.credentials.token: file:nowhere cannot be read (ENOENT)',
      '18 instances.creator.backbone.pairIssues: must be one of "rest"|"person"',
      '18 instances.creator.backbone.stopp: is not a member known here',
      expect.stringContaining('19 policy.required: '),
      '19 policy.approver: is not a member known here',
      '21 timing.httpTimeout: must be a duration like 200ms, 5s or 10m',
      '22 timing.machineWait.from: must be a duration like 200ms, 5s or 10m',
    ]);
  });

  it.each([
    [
      'token and password together',
      `{ token: env:OLD_USER, password: env:OLD_PASSWORD }`,
      '5 instances.jira-old.credentials',
    ],
    ['a text', LITERAL, '5 instances.jira-old.credentials'],
    ['nothing', '', '5 instances.jira-old.credentials'],
    [
      'a token as it is',
      `{ token: ${LITERAL} }`,
      '5 instances.jira-old.credentials.token: must be env:NAME or file:/path',
    ],
    [
      'an environment variable that is empty',
      '{ token: env:EMPTY }',
      '5 instances.jira-old.credentials.token: env:EMPTY is empty',
    ],
    ['an environment variable without a name', '{ token: "env:" }', '5 instances.jira-old.credentials.token'],
    ['a file without a path', '{ token: "file:" }', '5 instances.jira-old.credentials.token'],
    ['a folder', '{ token: "file:." }', '5 instances.jira-old.credentials.token: file:. cannot be read (EISDIR)'],
  ])('refuses credentials that are %s', async (_, credentials, expected) => {
    const text = MINIMAL.replace('{ username: env:OLD_USER, password: env:OLD_PASSWORD }', credentials);
    expect(await problemsIn(text)).toEqual([expect.stringContaining(expected)]);
  });

  it('needs a sync user where the creation is by REST', async () => {
    expect(await problemsIn(`${MINIMAL}    backbone: { createSynchronization: rest }\n`)).toEqual([
      '2 instances.jira-old.syncUser: is missing, createSynchronization: rest needs it',
    ]);
  });

  it('must not wait longer at first than in the end', async () => {
    expect(await problemsIn(`${MINIMAL}timing:\n  personWait: { from: 1h }\n`)).toEqual([
      expect.stringContaining('7 timing.personWait: '),
    ]);
  });

  it.each([
    ['an indentation that is wrong', `instances:\n  a: 1\n b: ${LITERAL}\n`, '3 is not YAML'],
    [
      'a member twice',
      `instances: {}\npolicy: {}\ninstances: ${LITERAL}\n`,
      '3 is not YAML as it should be (duplicate key)',
    ],
    ['an alias that leads nowhere', `instances: *${LITERAL}\n`, 'is not YAML'],
    ['a tab', `instances:\n\tx: ${LITERAL}\n`, 'is not YAML'],
    ['an open quote', `instances: "${LITERAL}\n`, 'is not YAML'],
    ['two documents', `instances: {}\n---\n${LITERAL}\n`, 'is not YAML'],
    ['nothing', '', '1 instances: is missing'],
    ['no instances', 'instances: {}\n', '1 instances: must name at least one instance'],
    ['a list', '- a\n', '1 (the whole): must be object, received array'],
    ['a text', `${LITERAL}\n`, '1 (the whole): must be object, received string'],
  ])('refuses %s, with the line and without a word of the file', async (_, text, expected) => {
    expect((await problemsIn(text)).join('\n')).toContain(expected);
  });

  it('that is missing or no file is named', async () => {
    const missing = await failureOf(loadConfig('/nowhere/migrator.yaml', ENV));
    expect(missing.message).toContain('/nowhere/migrator.yaml does not exist.');
    const folder: MigratorError = await failureOf(loadConfig(tmpdir(), ENV));
    expect(folder.message).toContain(`${tmpdir()} is no regular file`);
  });
});

describe('a duration', () => {
  it.each([
    ['200ms', 200],
    ['5s', 5000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    [' 5 s ', 5000],
  ])('%j is %i ms', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it.each(['', '5', 's', '-5s', '5d', '0s', '0.1ms', '1e3s', '5s 5s', '9999h', 'NaNs'])('%j is none', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});

describe('an http address with credentials', () => {
  const at = (address: string, more = '') =>
    MINIMAL.replace('https://jira-old.example.com/jira/', address).replace('deployment', `${more}deployment`);

  it.each([
    'http://jira-old.example.com',
    'http://10.0.0.7:8080',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
  ])('is refused, since anybody on the way can read them: %s', async (address) => {
    expect(await problemsIn(at(address))).toEqual([expect.stringContaining('allowPlainHttp: true')]);
  });

  it('is taken where the operator says so, and where it leaves no machine', async () => {
    const texts = [at('http://jira-old.example.com', 'allowPlainHttp: true\n    ')].concat(
      ['http://127.0.0.1:2990/jira', 'http://localhost:8080', 'http://[::1]:8080'].map((each) => at(each)),
    );
    for (const text of texts) expect((await loadConfig(await fileWith(text), ENV)).instances['jira-old']).toBeDefined();
  });

  it('and no other may be longer than an address is', async () => {
    expect(await problemsIn(at(`https://jira/${'x'.repeat(3000)}`))).toEqual([
      expect.stringContaining('2000 characters'),
    ]);
  });
});
