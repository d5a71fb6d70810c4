// The two pages of the status page: the hosts, and the form that asks for a token. Text only.

import { STATUS_SCRIPT } from "./status_script.ts";
import { STATUS_STYLE } from "./status_style.ts";

/** The page that shows the hosts. `nonce` is what the browser knows its style and script by. `now` is
 * the hub's time, as clocks of browsers differ. */
export function statusHtml(name: string, nonce: string, now: number, canLeave: boolean): string {
  const leave = canLeave
    ? '<form method="post" action="logout"><button>Log out</button></form>'
    : "";
  return page(
    name,
    nonce,
    `<a class="skip" href="#table">To the hosts</a>
<header><h1>${escaped(name)}</h1>
<span id="counts" role="status">asking</span>
<span class="soft" id="live">connecting</span>${leave}</header>
<main>
<div class="tools">
<label>Find <input id="filter" type="search" autocomplete="off" placeholder="name or @tag"></label>
<label class="check"><input id="amiss" type="checkbox">Only what is amiss</label>
<span class="soft" id="shown" role="status"></span>
</div>
<div id="problems" role="alert"></div>
<table id="table" tabindex="-1">
<caption>Hosts, those that are down first</caption>
<thead><tr><th scope="col">Host</th><th scope="col">State</th><th scope="col">Via</th>
<th scope="col">Latency</th><th scope="col">Last error</th><th scope="col">Next probe</th>
<th scope="col">Running calls</th></tr></thead>
<tbody id="hosts"></tbody>
</table>
<noscript>This page is live, so it needs JavaScript.</noscript>
</main>
<script nonce="${nonce}">${STATUS_SCRIPT}</script>`,
    now,
  );
}

/** The page that asks for a token; `problem` says why the last one would not do. */
export function loginHtml(name: string, nonce: string, problem?: string): string {
  const why = problem === undefined
    ? ""
    : `<p class="error" role="alert" id="why">${escaped(problem)}</p>`;
  return page(
    `${name}: log in`,
    nonce,
    `<form class="login" method="post" action="login">
<h1>${escaped(name)}</h1>
<label>Token
<input name="token" type="password" required autofocus autocomplete="current-password"
 spellcheck="false"${problem === undefined ? "" : ' aria-describedby="why" aria-invalid="true"'}>
</label>
${why}<button>Log in</button>
<p class="soft">One of the tokens that this hub takes. It stays here: the browser keeps a number in
its place, for 12 hours.</p>
</form>`,
  );
}

function page(title: string, nonce: string, body: string, now?: number): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${STATUS_STYLE}</style>
</head>
<body${now === undefined ? "" : ` data-now="${now}"`}>
${body}
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
