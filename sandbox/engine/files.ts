/** Files on their way: a deletion at the origin deletes the copy; deleting the copy leaves the origin alone (documented). */
import type { Message } from '../backbone/model.ts';
import { syncUserOf } from '../backbone/status.ts';
import { addAttachment, removeAttachment } from '../world/changes.ts';
import type { Issue } from '../world/model.ts';
import type { Delivery } from './apply.ts';

export function copyFiles({ world, receiver, sender, here, there }: Delivery, message: Message, issue: Issue): void {
  const author = syncUserOf(receiver);
  const original = there.projects.get(sender.projectKey)?.issues.get(message.localKey);
  for (const { localId, origin, filename, size, mimeType } of message.files) {
    const created = world.clock.now();
    const copy = addAttachment(here, issue, { origin, author, filename, size, mimeType, created });
    sender.sending.delete(`file-${localId}`);
    sender.files.set(localId, { issue: original?.id ?? '', copy: copy.id });
  }
  for (const copy of message.deletedFiles) {
    removeAttachment(here, issue, copy, world.clock.now());
    for (const [id, file] of sender.files) if (file.copy === copy) sender.files.delete(id);
  }
}
