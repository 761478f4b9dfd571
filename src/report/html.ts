/** HTML from data. Whatever comes in as text is escaped; only what these functions made is markup. */
import { shown } from '../contract/foreign.ts';

/** Markup made here. Text cannot be taken for it by mistake. */
export interface Markup {
  readonly markup: string;
}

type Content = Markup | string | number | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** An auditor reads more than a terminal shows. */
const LONGEST_TEXT = 20_000;

function render(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return escapeHtml(shown(content, LONGEST_TEXT));
  if (typeof content === 'number') return String(content);
  if ('markup' in content) return content.markup;
  return content.map(render).join('');
}

/** Tagged template: every value that is not markup is escaped, and nothing in it acts on who reads it. */
export function html(parts: TemplateStringsArray, ...values: Content[]): Markup {
  return { markup: parts.reduce((text, part, n) => `${text}${render(values[n - 1])}${part}`) };
}

/** Our own stylesheet only; never data. */
export const trusted = (markup: string): Markup => ({ markup });

/** A page that stands alone: it loads nothing, and its content security policy would not let it. `kind`: what the page is, in one word. */
export const htmlPage = (
  kind: string,
  title: string,
  about: string,
  style: string,
  sections: readonly Content[],
): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${kind}: ${title}</title>
<style>${trusted(style)}</style>
</head>
<body><main>
<h1>${title}</h1>
<p class="soft">${about}</p>
${sections.map((section) => html`${section}\n`)}</main></body>
</html>
`.markup;

export function htmlTable(head: readonly string[], rows: readonly (readonly Content[])[]): Markup {
  return html`<div class="wide"><table><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>
${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>`;
}

/** Names and values beside each other. */
export const htmlList = (rows: readonly (readonly [string, Content])[]): Markup =>
  html`<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** A page of a million keys opens nowhere; the evidence artifact has them all. */
const MOST_KEYS = 2000;

/** Many keys: the first are shown, the rest is folded away and still on the page. */
export function keyList(keys: readonly string[], shown = 12): Markup {
  const list = (items: readonly string[]) => items.map((key, n) => html`${n === 0 ? '' : ', '}<code>${key}</code>`);
  if (keys.length <= shown) return html`${list(keys)}`;
  const beyond = keys.length - MOST_KEYS;
  const rest = beyond > 0 ? ` and ${beyond} that are in the evidence artifact only` : '';
  return html`${list(keys.slice(0, shown))}<details><summary>${keys.length - shown} more</summary>${list(keys.slice(shown, MOST_KEYS))}${rest}</details>`;
}

export const STYLESHEET = `
:root { color-scheme: light dark; --ink: #1c2126; --soft: #5b6670; --line: #d9dee3; --paper: #fff; --tint: #f4f6f8; --good: #1a7f4b; --bad: #b3261e; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa5af; --line: #363d44; --paper: #15191c; --tint: #1e2327; --good: #5ecb92; --bad: #ff8a80; --warn: #e2b45c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2.4rem 0 .7rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .4rem 0; max-width: 46rem; }
.soft { color: var(--soft); }
code { font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.verdict { margin: 1.4rem 0; padding: 1rem 1.2rem; border: 1px solid var(--line); border-left: .35rem solid var(--good); border-radius: .4rem; background: var(--tint); }
.verdict.bad { border-left-color: var(--bad); }
.verdict strong { font-size: 1.1rem; }
.good { color: var(--good); font-weight: 600; white-space: nowrap; }
.bad-word { color: var(--bad); font-weight: 600; white-space: nowrap; }
.warn { color: var(--warn); }
.moment { white-space: nowrap; }
.digest { font-size: 1rem; user-select: all; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); }
th { font-size: .82rem; font-weight: 600; color: var(--soft); white-space: nowrap; }
td p { margin: 0; }
dl { margin: 0; }
dl > div { display: grid; grid-template-columns: 14rem 1fr; gap: 1rem; padding: .35rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
details { margin-top: .3rem; } summary { cursor: pointer; color: var(--soft); }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2.5rem; }
.two dl > div { grid-template-columns: 8rem 1fr; }
@media (max-width: 44rem) { .two { grid-template-columns: 1fr; } dl > div, .two dl > div { grid-template-columns: 1fr; gap: 0; } }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --tint: #fff; --good: #000; --bad: #000; --warn: #000; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; } tr, .verdict, dl > div { break-inside: avoid; } .wide { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
