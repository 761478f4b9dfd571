/** `migrator artifact`: the bytes behind a digest, checked as they are read; in a file, or for a browser. */
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { type ArtifactServer, serveArtifacts } from '../service/artifactServer.ts';
import { CommandError, usageError } from './errors.ts';
import { writeOut } from './output.ts';
import { answer, onStop, sayJson, sayWritten } from './print.ts';
import { type ServiceOptions, serviceCommand, withStore } from './service.ts';

interface ArtifactOptions extends ServiceOptions {
  out?: string;
  raw?: boolean;
}

export function addArtifact(program: Command): void {
  const artifact = program
    .command('artifact')
    .description('configurations, issue data, plans and evidence by their digest');
  serviceCommand(artifact, 'get', 'write an artifact to stdout or to a file', ['<digest>', 'SHA-256, 64 hex digits'])
    .option('--out <file>', 'the file to write')
    .option('--raw', 'write it to a terminal, too; what stands in it may steer the terminal')
    .action(get);
  serviceCommand(artifact, 'serve', 'serve artifacts to browsers, for the links in tasks')
    .option('--host <name>', 'the address to listen on', '127.0.0.1')
    .option('--port <number>', 'the port to listen on', '8234')
    .action(serve);
}

interface ServeOptions extends ServiceOptions {
  host: string;
  port: string;
}

async function serve(options: ServeOptions): Promise<void> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw usageError(`"${options.port}" is not a port.`, 'Give a number from 0 to 65535; 0 takes a free one.');
  await withStore(options, async (store) => {
    await using server = asDisposable(await serveArtifacts(store.artifacts, { host: options.host, port }));
    // Before anything is said: whoever has read it may end it at once.
    const ended = new Promise(onStop);
    const { url } = server;
    answer(
      options,
      { url },
      `Artifacts are at ${url}/<digest>/<name>. Put artifacts.url: ${url} into the configuration.`,
    );
    await ended;
  });
}

const asDisposable = (server: ArtifactServer) => ({ ...server, [Symbol.asyncDispose]: () => server.close() });

async function get(text: string, options: ArtifactOptions): Promise<void> {
  const digest = text.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    throw usageError(`"${text}" is no digest.`, 'Give all 64 hex digits, as the status and the ledger show them.');
  }
  if (options.out === undefined && process.stdout.isTTY && !options.raw) {
    throw usageError(
      'An artifact holds the text of others, which may steer a terminal.',
      'Give --out <file>, pipe it into a pager, or say --raw.',
    );
  }
  await withStore(options, async (store) => {
    if (!(await store.artifacts.has(digest))) {
      throw new CommandError(
        'NotFound',
        `The store has no artifact ${digest}.`,
        'Check the digest, and --home or --store.',
      );
    }
    const bytes = store.artifacts.get(digest);
    if (options.out === undefined) return pipeline(bytes, process.stdout, { end: false });
    await writeOut(options.out, bytes);
    if (options.json) sayJson({ digest, file: options.out });
    else sayWritten(options.out);
  });
}
