import { describe, expect, it } from 'vitest';
import { thisHost } from '../../src/service/host.ts';
import { ENGINES, newPlace, opened } from './samples.ts';

const here = { id: 'boot-1', name: 'host-1' };
const there = { id: 'boot-2', name: 'host-2' };

describe.each(ENGINES)('%s: workers on several hosts', (engine) => {
  it('work together on PostgreSQL; on SQLite the second host is refused by the name of the first', async () => {
    const { store: place } = await newPlace(engine);
    const [one, two] = [await opened(place), await opened(place)];
    const leave = [await one.attend(here), await one.attend(here)];
    const second = two.attend(there);
    if (engine === 'PostgreSQL') leave.push(await second);
    else
      await expect(second).rejects.toMatchObject({
        code: 'SeveralHosts',
        message: expect.stringMatching(/host-1.*PostgreSQL/),
        retry: 'never',
      });
    for (const each of leave) await each();
  });
});

describe('a SQLite store', () => {
  it('takes a worker on another host once the last one on the first has left', async () => {
    const { store: place } = await newPlace('SQLite');
    const store = await opened(place);
    const [leave, leaveToo] = [await store.attend(here), await store.attend(here)];
    await leave();
    await expect(store.attend(there)).rejects.toMatchObject({ code: 'SeveralHosts' });
    await leaveToo();
    await (await store.attend(there))();
  });

  it('forgets a worker that was not heard of for more than a minute', async () => {
    const place = await newPlace('SQLite');
    const store = await opened(place.store);
    await store.attend(here);
    await place.sql(
      `update meta set value = json_set(value, '$.seen', '2020-01-01T00:00:00.000Z') where name like 'worker:%'`,
    );
    await (await store.attend(there))();
  });

  it('is attended by one and the same host from every process', async () => {
    expect(await thisHost()).toEqual(await thisHost());
  });
});
