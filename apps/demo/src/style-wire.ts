/** The right column: the letter, with an airmail edge and a seal. */
export const wireStyle = `
.letter { position: relative; padding: clamp(1.5rem, 4vw, 3rem); background: var(--paper); box-shadow: 0 1px 2px #0002, 0 12px 40px #0000000f; }
.letter::before {
  content: ""; position: absolute; inset: 0 0 auto; height: 8px;
  background: repeating-linear-gradient(-55deg, var(--red) 0 18px, transparent 18px 32px, var(--blue) 32px 50px, transparent 50px 64px);
}
.letter > section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.9rem; padding: 2.25rem 0; border-bottom: 1px solid var(--rule); }
.letter > section:last-child { padding-bottom: 0; border-bottom: 0; }
.letter > h2 { padding-top: 0.5rem; }
.letter pre { min-width: 0; }
.http { padding: 1rem 1.15rem; border-radius: 4px; background: var(--well); }
.http b { font-weight: inherit; white-space: nowrap; }
.kept { max-height: 36rem; overflow-y: auto; }
.http i { color: var(--soft); }

.header { color: var(--blue); }
.payload { color: var(--green); }
.signature { color: var(--red); }
.attributes { color: var(--soft); }

.verdict {
  display: inline-block; margin-left: 0.5rem; padding: 0.2rem 0.7rem; border: 1px solid; border-radius: 99px;
  color: var(--green); font: 500 0.75rem/1.5 var(--sans); vertical-align: middle; white-space: nowrap;
}
.verdict.refused { color: var(--red); }

.parts { display: grid; gap: 0.4rem 1.5rem; }
.parts dt { font: italic 1.05rem var(--serif); }
.parts dd { min-width: 0; margin-bottom: 1rem; }
.parts .header + dd { color: var(--blue); }
.parts .payload + dd pre { max-height: 36rem; overflow-y: auto; color: var(--green); }
.parts .signature + dd pre { color: var(--red); }
.parts dd p { font-size: 0.875rem; color: var(--soft); }
@media (min-width: 44rem) { .parts { grid-template-columns: 5rem minmax(0, 1fr); } }
.legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1.25rem; margin-top: 0.75rem; font-size: 0.8125rem; color: var(--soft); }
.legend b { color: var(--green); font: 0.8125rem var(--mono); }

.gauge { display: grid; gap: 0.5rem; }
.gauge p { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; font-size: 0.875rem; }
@media (min-width: 44rem) {
  .letter > .meters { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 2rem; }
  .gauge p { flex-direction: column; }
}
.gauge p span:last-child { color: var(--soft); font-variant-numeric: tabular-nums; }
meter { appearance: none; display: block; width: 100%; height: 10px; border: 0; border-radius: 5px; background: var(--rule); overflow: hidden; }
meter::-webkit-meter-inner-element { display: block; }
meter::-webkit-meter-bar { position: static; height: 10px; border: 0; border-radius: 5px; background: none; }
meter::-webkit-meter-optimum-value { height: 10px; border-radius: 5px; background: var(--ink); }
meter::-moz-meter-bar { border-radius: 5px; background: var(--ink); }

#forgery { scroll-margin-top: 1rem; }
.report { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; padding-top: 0.5rem; }
.stamp {
  justify-self: start; padding: 0.15em 0.6em; border: 3px double; border-radius: 4px; transform: rotate(-4deg);
  color: var(--red); font: 600 clamp(2rem, 6vw, 2.75rem)/1.2 var(--serif); letter-spacing: 0.08em; text-transform: uppercase;
}
.changes li { font: 0.875rem/1.8 var(--mono); overflow-wrap: anywhere; }
.changes b { display: inline-block; min-width: 6rem; font-weight: 500; }
.changes del { color: var(--soft); }
.changes ins { margin-left: 0.75rem; color: var(--green); text-decoration: none; }
`;
