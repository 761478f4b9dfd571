/**
 * Text that others wrote (in a Jira, in a file, in a message) as it may stand in ours. Cleaned at the border of each medium, where all
 * values pass, and not in each sentence: a new sentence cannot forget it. No Node modules: workflow code uses it.
 */

/**
 * Signs that are not seen but act: line breaks and what else steers a terminal (C0, C1), what turns the direction of writing, what
 * Unicode says is not drawn (zero width, fillers, tags, selectors of variants), and halves of characters. The joiners stay where they
 * do something, between letters of scripts that join and within emoji, and so does the selector of an emoji's colours; between
 * digits or Latin letters they would only hide that `INT-1` and `6` are no `INT-16`.
 */
const ACTING = new RegExp(
  [
    '(?![\\u200c\\u200d\\ufe0f])[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\ufff9-\\ufffb]',
    '(?<![\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])(?<!(?![\\p{sc=Latn}\\p{sc=Grek}\\p{sc=Cyrl}])[\\p{L}\\p{M}])[\\u200c\\u200d]',
    '(?<!\\p{Extended_Pictographic})\\ufe0f(?!\\u20e3)',
  ].join('|'),
  'gu',
);

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
