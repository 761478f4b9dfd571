/** One quiet stylesheet for every page: system fonts, light and dark, and paper. */
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
