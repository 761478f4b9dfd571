/**
 * Text that others wrote (in a Jira, in a file, in a message) as it may stand in ours. Cleaned at the border of each medium, where all
 * values pass, and not in each sentence: a new sentence cannot forget it. No Node modules: workflow code uses it.
 */

/**
 * Signs that are not seen but act: line breaks and what else steers a terminal (C0, C1), what turns the direction of writing, what
 * has no width, tags, and halves of characters. The joiners of emoji and of Persian stay.
 */
const ACTING =
  /[\p{Cc}\p{Cs}\u{ad}\u{61c}\u{180e}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}\u{e0000}-\u{e007f}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** UTF-16, as JSON has it. */
const unitsOf = (sign: string): string =>
  Array.from({ length: sign.length }, (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/** Of one value. Whole texts are in the artifacts. */
export const LONGEST_SHOWN = 2000;

/** On one line, with nothing in it that acts, and no longer than can be read. */
export function shown(text: string, longest = LONGEST_SHOWN): string {
  const kept = text.length > longest ? text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '') : text;
  const escaped = kept.replace(ACTING, (sign) => SHORT[sign] ?? unitsOf(sign));
  return kept.length < text.length ? `${escaped}… (${text.length - kept.length} more characters)` : escaped;
}

/** JSON that means the same, and in which nothing acts but the line breaks of its layout. */
export const shownJson = (json: string): string =>
  json.replace(ACTING, (sign) => (sign === '\n' ? sign : unitsOf(sign)));

/** For a chat service that reads `<…>` as a link or as a call of everybody (Slack's rule: these three signs are escaped). */
export const shownInChat = (text: string): string =>
  shown(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A word for a POSIX shell, quoted where it must be. What acts is written as bash, zsh and ksh read it: `$'\U0000202e'`. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  const plain = shownJson(text) === text && !text.includes('\n');
  if (plain) return `'${text.replaceAll("'", `'\\''`)}'`;
  const signs = Array.from(text.replaceAll(/[\\']/g, '\\$&'), (sign) =>
    shown(sign) === sign ? sign : `\\U${(sign.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  );
  return `$'${signs.join('')}'`;
}
