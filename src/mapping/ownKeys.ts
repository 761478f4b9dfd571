/**
 * Keys of the connectors of the new synchronization. They cannot be known before it exists, so nobody is asked for them: what names an
 * old one is passed on as it is, and gets the new one as soon as that is there.
 */
import { patternOf } from '../contract/text.ts';
import { eachPlace, nodeAt, parseDocument, rename, renderDocument, setText, textOf } from './document.ts';
import { isIdentity, type SideName } from './references.ts';

/** Keys of both connectors, by side of the new synchronization. */
export type ConnectorKeys = Readonly<Record<`${SideName}Connector`, string>>;

/** The text of a translated configuration with the keys that its connectors have now; all else byte for byte. */
export function withOwnKeys(text: string, now: ConnectorKeys): string {
  const document = parseDocument(text);
  const { root } = document;
  const keys = new Map<string, string>();
  for (const connector of ['firstConnector', 'secondConnector'] as const) {
    const node = nodeAt(root, [connector, 'connectorKey']);
    const old = textOf(node);
    if (!node || !old || old === now[connector]) continue;
    keys.set(old, now[connector]);
    setText(node, now[connector]);
  }
  if (keys.size === 0) return text;
  // At once, since a new key can be the other's old one.
  const named = new RegExp(`(?<![\\w-])(?:${[...keys.keys()].map(patternOf).join('|')})(?![\\w-])`, 'g');
  const filled = (old: string): string => old.replace(named, (key) => keys.get(key) ?? key);
  eachPlace(root, isIdentity, ({ node, member }) => {
    if (member && filled(member.name) !== member.name) rename(member, filled(member.name));
    const old = textOf(node);
    if (old !== undefined && filled(old) !== old) setText(node, filled(old));
  });
  return renderDocument(document);
}
