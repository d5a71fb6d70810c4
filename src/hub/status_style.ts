// The style of the status page. Text only: it names no other file, font or address.

/** CSS for light and dark, for phones and wide screens. */
export const STATUS_STYLE = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --front: #1b1f24; --soft: #57606a; --line: #d0d7de; --lift: #f6f8fa;
  --up: #1a7f37; --down: #b42318; --unknown: #6e5200; --focus: #0550ae;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0d1117; --front: #e6edf3; --soft: #9aa4af; --line: #30363d; --lift: #161b22;
    --up: #56d364; --down: #ff8a80; --unknown: #e3b341; --focus: #79c0ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem; background: var(--back);
  color: var(--front); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.25rem; margin: 0; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; }
header form { margin-left: auto; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.soft { color: var(--soft); }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.tools { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: center; margin: 1rem 0; }
input, button { font: inherit; color: inherit; background: var(--lift);
  border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .75rem; min-height: 2.75rem; }
input[type=checkbox] { min-height: auto; width: 1.25rem; height: 1.25rem; accent-color: var(--focus); }
label.check { display: flex; gap: .5rem; align-items: center; min-height: 2.75rem; }
button { cursor: pointer; }
#problems:not(:empty) { border-left: 4px solid var(--down); padding: .5rem 1rem;
  background: var(--lift); overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; font-size: .875rem; white-space: nowrap; }
.tag { display: inline-block; white-space: nowrap; font-weight: 400; font-size: .8125rem; color: var(--soft); margin-right: .5rem; }
.state { font-weight: 600; white-space: nowrap; }
.state::before { content: ""; display: inline-block; width: .75rem; height: .75rem;
  margin-right: .4rem; background: currentColor; }
.up { color: var(--up); } .up::before { border-radius: 50%; }
.down { color: var(--down); } .down::before { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.unknown, .ssh_only { color: var(--unknown); }
.ssh_only::before { border-radius: 30%; background: none; border: 2px solid currentColor; }
.error { color: var(--down); }
td[data-name=Via], td[data-name=Latency], td[data-name^=Next] { white-space: nowrap; }
svg { display: block; }
svg line { stroke: var(--line); stroke-width: 1; }
svg rect { fill: var(--soft); }
svg rect.lost { fill: var(--down); opacity: .6; }
ul { list-style: none; margin: 0; padding: 0; }
.login { max-width: 24rem; margin: 15vh auto 0; display: grid; gap: 1rem; }
.login label { display: grid; gap: .25rem; }
@media (max-width: 48rem) {
  thead { position: absolute; left: -100rem; }
  tr { display: grid; grid-template-columns: 1fr auto; gap: .25rem 1rem; padding: .75rem 0;
    border-bottom: 1px solid var(--line); }
  th[scope=row] { font-size: 1.0625rem; }
  td, tbody th { display: block; border: 0; padding: 0; }
  td[data-name]:not(.plain) { grid-column: 1 / -1; display: flex; gap: .5rem; }
  td[data-name]:not(.plain)::before { content: attr(data-name); color: var(--soft); flex: 0 0 6rem; }
  td:empty { display: none !important; }
}
`;
