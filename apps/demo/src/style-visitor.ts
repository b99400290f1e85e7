/** The left column: no boxes, hairlines between the visitor's things. */
export const visitorStyle = `
.visitor > section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; padding: 1.75rem 0; border-top: 1px solid var(--rule); }
.visitor > section:first-child { padding-top: 0; border-top: 0; }

@media (min-width: 58rem) and (min-height: 60rem) { .visitor { position: sticky; top: 2rem; } }

.count { font: 400 9rem/0.9 var(--serif); letter-spacing: -0.04em; font-variant-numeric: lining-nums; overflow-wrap: anywhere; }
.count:is([data-digits="3"], [data-digits="4"]) { font-size: 6.5rem; }
.count:is([data-digits="5"], [data-digits="6"]) { font-size: 4.5rem; }
.count[data-digits="many"] { font-size: 2rem; line-height: 1.2; letter-spacing: 0; }

.cart li { display: flex; align-items: center; gap: 0.6rem; min-height: 3rem; overflow-wrap: anywhere; }
.cart .leader { flex: 1; min-width: 1rem; border-bottom: 1px dotted var(--soft); transform: translateY(0.35em); }
.cart output { font: 1.35rem var(--serif); font-variant-numeric: tabular-nums lining-nums; }
.cart button { width: 2.75rem; padding: 0; font-size: 1.2rem; line-height: 1; }

.sign-in { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem; }
.sign-in > label:first-child { font-size: 0.875rem; color: var(--soft); }
.field { display: flex; gap: 0.6rem; }
.field input {
  flex: 1; min-width: 0; min-height: 2.75rem; padding: 0.5rem 0.75rem; border: 1px solid var(--soft); border-radius: 4px;
  background: var(--paper); color: inherit; font: 1rem var(--sans);
}
.field input::placeholder { color: var(--soft); opacity: 1; }
.field button { white-space: nowrap; }
.check { display: flex; align-items: center; gap: 0.6rem; min-height: 2.75rem; font-size: 0.9375rem; }
.check input { width: 1.15rem; height: 1.15rem; accent-color: var(--ink); }
.sessions li { display: flex; align-items: center; gap: 1rem; padding: 0.6rem 0; }
.sessions li > div { flex: 1; min-width: 0; }
.sessions b { font-weight: 600; }
.sessions b::before {
  content: ""; display: inline-block; width: 0.55em; height: 0.55em; margin-right: 0.5em;
  border-radius: 50%; background: var(--green);
}
.sessions .id { font-size: inherit; }
.sessions button { white-space: nowrap; }
.owner { font: 2.5rem/1.1 var(--serif); overflow-wrap: anywhere; }
.id { font: 0.9375rem var(--mono); overflow-wrap: anywhere; }
`;
