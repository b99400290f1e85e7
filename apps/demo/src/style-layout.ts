/** An airmail letter on a desk: paper, ink, and one colour for each part of the token. */
export const layoutStyle = `
:root {
  color-scheme: light dark;
  --desk: #ece6d9; --paper: #fffdf7; --well: #f5f0e4; --rule: #d8cfbc;
  --ink: #23262d; --soft: #5f5a4e;
  --blue: #2a4d94; --green: #17675a; --red: #ab2f26;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", "P052", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --desk: #14161b; --paper: #1d2027; --well: #15181e; --rule: #3a3e48;
    --ink: #ece7db; --soft: #aaa496;
    --blue: #93b4f5; --green: #74ccb6; --red: #ff9086;
  }
}
@media (prefers-reduced-motion: no-preference) { @view-transition { navigation: auto; } }

*, ::before, ::after { box-sizing: border-box; }
* { margin: 0; padding: 0; }
html { background: var(--desk); color: var(--ink); font: 1rem/1.6 var(--sans); -webkit-text-size-adjust: 100%; }
body { max-width: 82rem; margin: auto; padding: clamp(1.25rem, 4vw, 4rem) clamp(1rem, 4vw, 4rem); }
h1, h2, h3 { font-family: var(--serif); font-weight: 500; line-height: 1.15; text-wrap: balance; }
h1 { font-size: clamp(2.4rem, 6vw, 4.25rem); letter-spacing: -0.02em; }
h2 { font-size: 1.1rem; font-style: italic; color: var(--soft); }
h3 { font-size: 1.5rem; }
p { text-wrap: pretty; }
ul { list-style: none; }
code, pre { font: 0.8125rem/1.65 var(--mono); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
section { scroll-margin-top: 45vh; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 3px; border-radius: 4px; }

.masthead { margin-bottom: clamp(2rem, 5vw, 4rem); }
.wordmark { margin-bottom: 1.5rem; font: 600 0.8125rem var(--mono); letter-spacing: 0.06em; }
.wordmark::before {
  content: ""; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.6em;
  border-radius: 50%; background: var(--red);
}
.lede { max-width: 36rem; margin-top: 1rem; font-size: 1.125rem; color: var(--soft); }
.flash {
  margin-bottom: 2rem; padding: 0.9rem 1.25rem; border-left: 4px solid var(--green);
  background: var(--paper); overflow-wrap: anywhere;
}
.flash[data-category="refused"] { border-color: var(--red); }
.aside { font-size: 0.875rem; color: var(--soft); }

main { display: grid; gap: clamp(2.5rem, 5vw, 5rem); }
main > * { min-width: 0; }
@media (min-width: 58rem) { main { grid-template-columns: 20rem minmax(0, 1fr); align-items: start; } }

button {
  min-height: 2.75rem; padding: 0.5rem 1.1rem; border: 1px solid var(--ink); border-radius: 4px;
  background: none; color: inherit; font: 500 0.9375rem var(--sans); cursor: pointer;
}
button:hover { background: color-mix(in srgb, var(--ink) 10%, transparent); }
.primary { background: var(--ink); color: var(--desk); }
.primary:hover { background: color-mix(in srgb, var(--ink) 82%, var(--desk)); }
button:disabled { border-style: dashed; color: var(--soft); cursor: not-allowed; background: none; }
.actions { display: flex; flex-wrap: wrap; gap: 0.6rem; }

footer { margin-top: clamp(3rem, 7vw, 6rem); padding-top: 2rem; border-top: 1px solid var(--rule); }
footer pre { margin: 1rem 0; white-space: pre; overflow-x: auto; padding-bottom: 0.5rem; }
footer ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; }
footer a { display: inline-block; padding: 0.4rem 0; color: inherit; font: 0.8125rem var(--mono); text-underline-offset: 0.25em; }
`;
