/** Ctrl-C and Ctrl-D at a question: it is never answered, so the command ends, and says that nothing came of it. */
import { expect, it } from 'vitest';
import { openScene, untilState } from '../support/migration.ts';
import { temporalAddress } from '../support/temporal.ts';
import { onTerminal } from './terminal.ts';

it('a question that is broken off ends its command, which says that nothing came of it', {
  timeout: 120_000,
}, async () => {
  await using scene = await openScene({ issues: 4 });
  const run = await scene.start();
  await untilState(run, 'WaitingForPerson');
  const asked = (verb: string, once: RegExp, keys: string) =>
    onTerminal(
      [verb, run.workflowId, '--by', 'kim@example.com', '--store', scene.storeFile, '--address', temporalAddress()],
      { once, keys },
    );
  for (const keys of ['\u0003', '\u0004'])
    for (const [verb, once] of [
      ['rollback', /Type yes: /],
      ['answer', /yes\/no\) |> /],
    ] as const) {
      const { seen, code } = await asked(verb, once, keys);
      expect(seen).toContain('broken off. Nothing was sent.');
      expect(seen).not.toMatch(/Warning|unsettled|Unexpected|Aborted/);
      expect(code).toBe(2);
    }
  await run.terminate('lost');
  const { seen, code } = await asked('takeover', /to take it over: /, '\u0004');
  expect(seen).toContain('broken off. Nothing was changed.');
  expect(code).toBe(2);
});
