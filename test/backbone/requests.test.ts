/** The writes as data. */
import { describe, expect, it } from 'vitest';
import * as requests from '../../src/backbone/requests.ts';
import { PairsHeld } from '../../src/pairs/held.ts';
import { PairTable } from '../../src/pairs/table.ts';

/** One that was read to hold all of no pairs. */
function holding(key: string): PairsHeld {
  const held = PairsHeld.by(key, new PairTable());
  return held instanceof PairsHeld ? held : expect.fail('no pair can be missing');
}

describe('the requests', () => {
  it('are those that the manual prints', () => {
    const list = [{ direction: 'EACH_OTHER' }];
    const entry = { connectorKey: 'CON-1-PA', localIssueKey: 'PA-1', remoteIssueKey: 'PB-1' };
    const sent = [
      requests.stopSynchronization('INT-16', 'POST'),
      requests.startSynchronization(holding('INT-16'), 'PUT'),
      requests.createDraft('INT-16'),
      requests.discardDraft('INT-16'),
      requests.addToDraft('INT-16', 'issueTypeMappings', list),
      requests.addToDraft('INT-16', 'fieldMappings', list),
      requests.addToDraft('INT-16', { defaultsOf: 'CON-1-PA' }, [{ fieldId: 'x' }]),
      requests.editInDraft('INT-16', 'fieldMappings', 'fm-1', { id: 'fm-1' }),
      requests.editInDraft('INT-16', { defaultsOf: 'CON-1-PA' }, 'fd-1', { fieldId: 'x' }),
      requests.publishDraft('INT-16'),
      requests.importSyncInformation('CON-1-PA', [entry]),
      requests.resync('CON-1-PA', { jql: 'key in (PA-1)', fieldMappings: ['fm-1'] }),
      requests.deleteSynchronization('INT-16'),
    ];
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /integrations/INT-16/stop',
      'PUT /integrations/INT-16/start',
      'POST /integrations/INT-16/draft',
      'DELETE /integrations/INT-16/draft',
      'POST /integrations/INT-16/draft/issueTypeMappings/bulk',
      'POST /integrations/INT-16/draft/fieldMappings/bulk',
      'POST /integrations/INT-16/draft/fieldDefaults/CON-1-PA',
      'PUT /integrations/INT-16/draft/fieldMappings',
      'PUT /integrations/INT-16/draft/fieldDefaults/CON-1-PA/fd-1',
      'POST /integrations/INT-16/draft/publish',
      'POST /connectors/CON-1-PA/syncInformation',
      'POST /connectors/CON-1-PA/resync',
      'DELETE /integrations/INT-16',
    ]);
    expect(sent.slice(4, 9).map(({ body }) => body)).toEqual([
      list,
      list,
      { fieldId: 'x' },
      { id: 'fm-1' },
      { fieldId: 'x' },
    ]);
    expect(sent[10]?.body).toEqual([entry]);
  });

  it('of start and stop carry the other documented verb, once', () => {
    expect(requests.stopSynchronization('INT-16', 'POST').otherwise).toEqual({
      method: 'PUT',
      path: '/integrations/INT-16/stop',
    });
    expect(requests.startSynchronization(holding('INT-16'), 'PUT').otherwise).toEqual({
      method: 'POST',
      path: '/integrations/INT-16/start',
    });
  });

  it('of a start is written only with the proof that its pairs are held', () => {
    const table = new PairTable();
    table.add({ first: 'PA-1', second: 'PB-1' });
    table.expect();
    expect(PairsHeld.by('INT-16', table)).toEqual([{ first: 'PA-1', second: 'PB-1' }]);
    table.add({ first: 'PA-1', second: 'PB-1' });
    expect(PairsHeld.by('INT-16', table)).toMatchObject({ key: 'INT-16', count: 1 });
    // @ts-expect-error a key is no proof
    expect(() => requests.startSynchronization('INT-16', 'PUT')).toThrow();
    // @ts-expect-error nor is what looks like one
    requests.startSynchronization({ key: 'INT-16', count: 1 }, 'PUT');
    // @ts-expect-error and nothing else makes one
    new PairsHeld('INT-16', 1);
  });

  it('never leave their path, whatever a key holds', () => {
    for (const key of ['INT-16/../INT-17?x', '..', '.', 'INT-16%2f..', ''])
      expect(() => requests.deleteSynchronization(key)).toThrow('is no key');
    expect(requests.deleteSynchronization('INT-Ä').path).toBe('/integrations/INT-%C3%84');
  });

  it('of a creation hold names of secrets only', () => {
    const request = requests.createSynchronization({
      summary: 'PA <> PB',
      description: '',
      first: { projectKey: 'PA', baseUrl: 'https://a.example' },
      second: { projectKey: 'PB', baseUrl: 'https://b.example' },
    });
    expect(JSON.stringify(request.body)).not.toMatch(/password|user/);
    expect(Object.values(request.secrets ?? {})).toEqual([
      'syncUser.username',
      'syncUser.password',
      'syncUser.username',
      'syncUser.password',
    ]);
  });
});
