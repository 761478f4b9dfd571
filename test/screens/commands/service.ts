/** The service, its files, and the start of a migration. */
import { TYPED } from '../judge.ts';
import { BY, both, NOTHING, type Place, rowsAt, why } from './row.ts';

const service = rowsAt('service');
const ON_BATCH = ['--by', BY, '--batch', TYPED[6] ?? ''];

const start =
  (suffix: string, ...more: string[]) =>
  ({ file, taskQueue, workflowId }: Place): string[] => [
    ...['--file', file('start.json'), '--by', BY, ...why, '--task-queue', taskQueue, '--id', `${workflowId}${suffix}`],
    ...more,
  ];

export const SERVICE_ROWS = [
  service(
    'up',
    ({ file }) => ['--config', file('migrator.yaml'), '--home', file('home')],
    { text: 0 },
    { until: /Ready\./ },
  ),
  service(
    'sandbox',
    () => ['--world', 'hostile', '--issues', '4'],
    { text: 0 },
    { until: /"ready":true/, alone: true },
  ),
  service('setup', NOTHING, both(0)),
  service('instances check', ({ file }) => ['--config', file('migrator.yaml'), '--project', 'jira-new/PA'], both(0)),
  // What Jira says of a wrong secret has hostile lines in it.
  service('instances check', ({ file }) => ['--config', file('migrator.yaml')], both(1), {
    env: { SANDBOX_PASSWORD: 'wrong', SANDBOX_TOKEN: 'wrong' },
  }),
  service('brake on', () => [...ON_BATCH, ...why], both(0)),
  service('brake list', NOTHING, both(0)),
  service('brake off', () => ON_BATCH, both(0)),
  service('mapping check', ({ file }) => [file('answers.csv'), file('ids.csv'), '--kind', 'status'], both(2)),
  service('mapping store', ({ file }) => [file('ids.csv'), '--kind', 'status', '--from', BY, '--to', BY], both(2)),
  service(
    'mapping explain',
    ({ file }) => ['--configuration', file('nonsense.json'), '--config', file('migrator.yaml')],
    both(2),
  ),
  service('plan', start(' plan'), { text: 4 }),
  service('plan', start(' plan-2'), { json: 4 }),
  service('cancel', ({ workflowId }) => [`${workflowId} plan`], { text: 0 }),
  service('cancel', ({ workflowId }) => [`${workflowId} plan-2`], { json: 0 }),
  service('cancel', () => TYPED.slice(4, 5), both(1)),
  service('start', ({ file }) => ['--file', file('nonsense.json')], both(2)),
  service('start', start('', '--print'), both(0)),
  service('start', start(''), { text: 0 }),
  service('start', start(''), { json: 1 }),
];
