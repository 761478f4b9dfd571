/** What compose describes and what `npm run test:cluster` runs are one thing: nothing in the file is left out on the way. */
import { describe, expect, it } from 'vitest';
import { RUN } from '../cluster/services.ts';
import { inOrder, readCompose, serviceOf } from './compose.ts';
import { only, readDockerfile, type Stage } from './dockerfile.ts';
import { NOT_RUN, nativeOf, type Place } from './native.ts';

const compose = await readCompose();
const image = (await readDockerfile()).at(-1) as Stage;

const place: Place = {
  ports: { postgres: { '5432': 40_001 }, temporal: { '7233': 40_002 } },
  secrets: Object.fromEntries(Object.keys(compose.secrets).map((name) => [name, `/here/${name}`])),
  configs: { 'migrator.yaml': '/here/migrator.yaml' },
  programs: { '/etc/temporal/entrypoint.sh': ['bash', '/here/entrypoint.sh'] },
};
const ofImage = { command: only(image, 'CMD').command, env: only(image, 'ENV').values };
const native = (name: string) => nativeOf(compose, name, place, name === 'worker' ? ofImage : {});

describe('the cluster that is tested', () => {
  it('has every service of docker-compose.yml but the UI, each after what it depends on', () => {
    expect(inOrder(compose).filter((name) => !NOT_RUN.includes(name))).toEqual([...RUN]);
  });

  it.each(RUN)(
    'gives %s exactly the variables that compose gives it, and no address or path of a container',
    (name) => {
      const { command, env } = native(name);
      const { environment } = serviceOf(compose, name);
      const expected = name === 'worker' ? { ...ofImage.env, ...environment } : environment;
      expect(Object.keys(env).toSorted()).toEqual(Object.keys(expected).toSorted());
      const inside = [...command, ...Object.values(env)].filter((value) =>
        /\/run\/secrets|^\/(etc|deploy)\/|0\.0\.0\.0|\b(5432|7233)\b|^(postgres|temporal)(:|$)/.test(value),
      );
      expect(inside.filter((value) => !(name === 'postgres' && value === command[0]))).toEqual([]);
    },
  );

  it('says everything else word for word', () => {
    expect(native('temporal')).toMatchObject({
      command: ['sh', expect.stringMatching(/deploy\/server\.sh$/), 'bash', '/here/entrypoint.sh'],
      env: {
        DB: 'postgres12',
        POSTGRES_SEEDS: '127.0.0.1',
        DB_PORT: '40001',
        BIND_ON_IP: '127.0.0.1',
        POSTGRES_PWD_FILE: '/here/temporal_password',
        NUM_HISTORY_SHARDS: serviceOf(compose, 'temporal').environment.NUM_HISTORY_SHARDS,
      },
    });
    expect(native('worker').env).toMatchObject({
      TEMPORAL_ADDRESS: '127.0.0.1:40002',
      MIGRATOR_STORE_PLACE: 'file:/here/store_url',
      NODE_ENV: 'production',
    });
    expect(native('worker').command).toEqual(
      ofImage.command.map((word) => (word === '/etc/migrator/migrator.yaml' ? '/here/migrator.yaml' : word)),
    );
  });

  it('refuses what it does not know how to run here', () => {
    expect(() => nativeOf(compose, 'worker', { ...place, secrets: {} }, ofImage)).toThrow(
      'secret store_url is not known',
    );
    expect(() => nativeOf(compose, 'temporal', { ...place, programs: {} })).toThrow('/etc/temporal/entrypoint.sh');
  });
});
