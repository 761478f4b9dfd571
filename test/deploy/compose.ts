/** docker-compose.yml as data. The parts of the Compose specification that it uses, and no others: a misspelt member is refused. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const duration = z.string().regex(/^\d+s$/);
const healthcheck = z.strictObject({
  test: z.tuple([z.literal('CMD')], z.string()),
  interval: duration,
  timeout: duration,
  retries: z.int(),
});

const service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  restart: z.literal('unless-stopped').optional(),
  init: z.boolean().optional(),
  stop_grace_period: duration.optional(),
  cap_drop: z.array(z.string()).optional(),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).default([]),
  pids_limit: z.int().optional(),
  mem_limit: z
    .string()
    .regex(/^\d+[mg]$/)
    .optional(),
  shm_size: z.string().optional(),
  networks: z.array(z.string()),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }))
    .default({}),
  // Numbers and booleans would be refused by some releases of compose, or written otherwise than they stand here.
  environment: z.record(z.string(), z.string()).default({}),
  command: z.array(z.string()).optional(),
  secrets: z.array(z.string()).default([]),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string().startsWith('/') })).default([]),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  healthcheck: healthcheck.optional(),
});

const file = z.strictObject({ file: z.string().startsWith('./') });

const composeFile = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
  networks: z.record(z.string(), z.null()),
  'x-confined': z.unknown(),
  configs: z.record(z.string(), file),
  secrets: z.record(z.string(), file),
});

export type Compose = z.infer<typeof composeFile>;
export type Service = Compose['services'][string];

/** As it is parsed, before it is checked. */
export const readComposeYaml = async (): Promise<unknown> =>
  parse(await readFile(`${ROOT}/docker-compose.yml`, 'utf8'), { merge: true });

export const readCompose = async (): Promise<Compose> => composeFile.parse(await readComposeYaml());

export function serviceOf({ services }: Compose, name: string): Service {
  const found = services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/** `1.31.2` of `temporalio/server:1.31.2`. */
export const tagOf = ({ image }: Service): string => image.split('@')[0]?.split(':')[1] ?? '';

/** Every service after those that it depends on. */
export function inOrder({ services }: Compose): string[] {
  const order: string[] = [];
  const visit = (name: string, above: string[]): void => {
    if (above.includes(name)) throw new Error(`services depend on each other: ${[...above, name].join(' → ')}`);
    if (order.includes(name)) return;
    for (const other of Object.keys(services[name]?.depends_on ?? {})) visit(other, [...above, name]);
    order.push(name);
  };
  for (const name of Object.keys(services)) visit(name, []);
  return order;
}

/** Whether others wait until it has ended: it runs once. */
export const runsOnce = ({ services }: Compose, name: string): boolean =>
  Object.values(services).some(({ depends_on }) => depends_on[name]?.condition === 'service_completed_successfully');
