/** A copy gap from before the sandbox started: people edited B after the copy and the original carried it to old A only. */
import { following } from '../backbone/sequence-id.ts';
import { addComment, changeFields } from '../world/changes.ts';
import { instanceNamed, issueOf } from '../world/lookup.ts';
import type { World } from '../world/model.ts';
import type { Random } from '../world/random.ts';
import { PEOPLE_B, SYNC_USER } from './catalogue.ts';
import { valuesFor } from './issues.ts';

export function carryGap(world: World, random: Random, count: number, now: number): void {
  const old = instanceNamed(world, 'jira-old');
  const partner = world.live.b.instance;
  const entries = [...world.original.second.entries.values()].slice(0, count);
  for (const [n, entryB] of entries.entries()) {
    const entryA = world.original.first.entries.get(entryB.remoteIssueKey);
    const b = issueOf(partner, entryB.localIssueKey);
    const a = issueOf(old, entryB.remoteIssueKey);
    if (!entryA || !a || !b) continue;
    const at = now - 100_000 + n * 137;
    const carried = at + 6_000;
    const person = random.pick(PEOPLE_B);
    const summary = `Changed after the copy ${n + 1}`;
    changeFields(partner, b, person, at, valuesFor(partner, { summary }));
    changeFields(old, a, SYNC_USER, carried, valuesFor(old, { summary }));
    const edit = { field: 'summary', value: summary, origin: b.origin, key: b.key };
    world.record.add({ at, kind: 'edit', instance: partner.name, user: person, what: 'field changed', detail: edit });
    entryB.outgoingMessageSequenceId = following(entryB.outgoingMessageSequenceId);
    if (n % 2 === 0) {
      const body = `Said after the copy ${n + 1}`;
      const origin = `${b.origin}-gap-comment`;
      const said = addComment(partner, b, { by: person, at: at + 60, body, origin });
      const copy = addComment(old, a, { by: SYNC_USER, at: carried, body, origin });
      entryB.comments.push({ localId: said.id });
      entryA.comments.push({ localId: copy.id });
      const detail = { origin: b.origin, comment: origin, key: b.key, body };
      world.record.add({
        at: at + 60,
        kind: 'comment',
        instance: partner.name,
        user: person,
        what: 'comment added',
        detail,
      });
    }
    entryA.incomingMessageSequenceId = entryB.outgoingMessageSequenceId;
    entryB.lastOutgoingChange = carried;
    entryA.lastIncomingChange = carried;
    entryB.lastChangeSeen = b.updated;
    entryA.lastChangeSeen = a.updated;
  }
}
