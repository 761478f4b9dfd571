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
