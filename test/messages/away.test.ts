/** What people send while the store takes nothing is entered when it does again. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ledgerOf, openScene, send, untilState } from '../support/migration.ts';

it('keeps what is sent while the store takes nothing, be it accepted or refused, and the run lives', {
  timeout: 120_000,
}, async () => {
  await using scene = await openScene({ issues: 4 });
  const run = await scene.start();
  await untilState(run, 'WaitingForPerson');
  const sql = (text: string) => {
    using database = new DatabaseSync(scene.storeFile, { timeout: 5000 });
    database.exec(text);
  };
  sql(`create trigger fault before insert on ledger_text begin select raise(abort, 'injected fault'); end`);
  await run.signal('answer', { by: 'mallory' });
  await run.signal('pause', { by: 'pat@example.com' });
  const failed = async () => {
    const { events } = await run.fetchHistory();
    return (events ?? []).filter((event) => event.activityTaskFailedEventAttributes).length;
  };
  while ((await failed()) === 0) await sleep(500);
  sql('drop trigger fault');
  const { migration } = await untilState(run, 'Paused');
  expect(await send(run, 'rollback', { by: 'kim@example.com' })).toMatchObject({ accepted: true });
  const texts = Object.values(await scene.store.ledger.texts(migration));
  expect(texts).toEqual(expect.arrayContaining(['mallory', 'pat@example.com', 'kim@example.com']));
  const kinds = (await ledgerOf(scene, run)).map(({ kind, subject }) => `${kind} ${subject.verb ?? ''}`);
  expect(kinds).toEqual(expect.arrayContaining(['refused answer', 'verb pause', 'verb rollback']));
});
