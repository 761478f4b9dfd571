/** A whole migration in a world of hostile texts, and everything that people can then ask for, as processes of their own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HOSTILE_TEXTS } from '../../sandbox/seed/hostile.ts';
import { migrator } from '../cli/command.ts';
import { openScene, runToGate, send, statusOf } from '../support/migration.ts';
import { acting } from './acting.ts';

const REASON = `CHG-1\nDecision 3f9ac2d1\n  2 of 2 approvals, by lee@example.com. \u001b[2J\u202e https://evil.example.net`;

it('a world that is hostile wherever somebody can write is migrated as any other, and no output of it acts', {
  timeout: 240_000,
}, async () => {
  await using scene = await openScene({ world: 'hostile' });
  const folder = await mkdtemp(join(tmpdir(), 'screens-'));
  try {
    const handle = await scene.start({ reason: REASON, requestedBy: `kim ${HOSTILE_TEXTS[0]}` });
    const gate = await runToGate(scene, handle);
    await send(handle, 'approve', { by: `mallory ${HOSTILE_TEXTS[4]}`, decision: 'deadbeef', reason: REASON });
    expect(await statusOf(handle)).toMatchObject({ state: 'AwaitingApproval', decision: gate.decision });

    const store = ['--store', scene.storeFile];
    const commands = [
      ['status'],
      ['status', gate.migration],
      ['inbox'],
      ['audit', 'list'],
      ['audit', 'show', gate.migration],
      ['audit', 'verify'],
      ['mapping', 'explain', gate.migration, '--all'],
      ['status', 'no\nsuch \u001b[2J migration'],
    ];
    for (const command of commands) {
      for (const json of [[], ['--json']]) {
        const { stdout, stderr } = await migrator([...command, ...store, ...json]);
        const all = `${stdout}${stderr}`;
        expect([command, acting(all.replaceAll('\n', ''))]).toEqual([command, []]);
        // What somebody wrote stands behind what is ours, never at the beginning of a line.
        expect([
          command,
          all.split('\n').filter((line) => /^\s*(Decision 3f9ac2d1|2 of 2|✓ verify)/.test(line)),
        ]).toEqual([command, []]);
        if (json.length > 0 && stdout !== '') for (const line of pieces(stdout)) JSON.parse(line);
      }
    }
    for (const [n, command] of [['report'], ['audit', 'report']].entries()) {
      const out = join(folder, `${n}.html`);
      expect(await migrator([...command, gate.migration, ...store, '--out', out])).toMatchObject({ code: 0 });
      const page = await readFile(out, 'utf8');
      expect(acting(page.replaceAll('\n', ''))).toEqual([]);
      expect(page).not.toMatch(/<(script|img|iframe|a) /i);
    }
    const history = JSON.stringify(await handle.fetchHistory());
    expect(history.length).toBeLessThan(4_000_000);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** One value, or one in each line. */
function pieces(text: string): string[] {
  return text.startsWith('{"') ? text.trimEnd().split('\n') : [text];
}
