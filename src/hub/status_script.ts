// The script of the status page, as text for the browser: it hears of the hosts and draws them. What
// hosts say of themselves only ever becomes text, never markup. Asks for nothing but the events.

/** Plain JavaScript for browsers of the last years. */
export const STATUS_SCRIPT = String.raw`
"use strict";
const byId = (id) => document.getElementById(id);
const WORDS = { up: "up", down: "down", unknown: "not known", ssh_only: "ssh only" };
const RANK = { down: 0, unknown: 1, up: 2, ssh_only: 3 };
let known, skew = Number(document.body.dataset.now) - Date.now();

function make(name, attributes, ...children) {
  const svg = ["svg", "rect", "line", "title"].includes(name);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  return s < 90 ? s + " s" : s < 5400 ? Math.round(s / 60) + " min" : Math.round(s / 3600) + " h";
}

function viaOf(host) {
  if (host.state === "ssh_only") return "ssh";
  if (host.state === "up") return "mcp";
  return host.ssh ? "mcp, else ssh" : "mcp";
}

function spark(probes) {
  const width = 120, height = 24, step = width / 60;
  const most = Math.max(1, ...probes.filter((ms) => ms !== null));
  const svg = make("svg", { viewBox: "0 0 " + width + " " + height, width, height, role: "img" });
  const answered = probes.filter((ms) => ms !== null).length;
  svg.append(make("title", {}, answered + " of the last " + probes.length +
    " probes were answered, the slowest in " + most + " ms"));
  svg.append(make("line", { x1: 0, x2: width, y1: height, y2: height }));
  probes.forEach((ms, index) => {
    const tall = ms === null ? height : Math.max(1.5, ms / most * (height - 2));
    const x = (60 - probes.length + index) * step;
    svg.append(make("rect", { x, y: height - tall, width: step * .75, height: tall,
      class: ms === null ? "lost" : "" }));
  });
  return svg;
}

function callList(host, now) {
  const items = host.calls.slice(0, 20).map((call) =>
    make("li", {}, call.tool + (call.who ? " for " + call.who : "") + ", " + span(now - call.startedAt)));
  const more = host.calls.length - items.length;
  if (more > 0) items.push(make("li", {}, "and " + more + " more"));
  if (host.waiting > 0) items.push(make("li", {}, host.waiting + " waiting"));
  return items.length === 0 ? [] : [make("ul", {}, ...items)];
}

function rowOf(host, now) {
  const tags = host.tags.map((tag) => make("span", { class: "tag" }, "@" + tag));
  const cell = (name, ...children) => make("td", { "data-name": name }, ...children);
  const latency = host.latencyMs === undefined ? "" : host.latencyMs.toFixed(host.latencyMs < 10 ? 1 : 0) + " ms";
  const state = make("span", { class: "state " + host.state }, WORDS[host.state]);
  const seen = host.asOf === undefined ? "" : " since " + span(now - host.asOf) + " ago";
  return make("tr", { "data-host": host.name },
    make("th", { scope: "row" }, host.name + " ", ...tags),
    make("td", { class: "plain", "data-name": "State", title: WORDS[host.state] + seen }, state),
    cell("Via", viaOf(host)),
    cell("Latency", ...(host.probes.length === 0 ? [] : [make("div", {}, latency, spark(host.probes))])),
    make("td", { "data-name": "Error", class: "error" }, host.problem || ""),
    cell("Next probe", host.nextProbeAt === undefined ? "" :
      host.nextProbeAt <= now ? "due" : "in " + span(host.nextProbeAt - now)),
    cell("Calls", ...callList(host, now)));
}

function draw() {
  if (known === undefined) return;
  const now = Date.now() + skew;
  const wanted = byId("filter").value.trim().toLowerCase();
  const amiss = byId("amiss").checked;
  const shown = known.hosts.filter((host) =>
    (!amiss || host.state === "down" || host.state === "unknown" || host.problem) &&
    [host.name, ...host.tags.map((tag) => "@" + tag)].some((text) => text.toLowerCase().includes(wanted)));
  shown.sort((a, b) => RANK[a.state] - RANK[b.state] || a.name.localeCompare(b.name, "en", { numeric: true }));
  byId("hosts").replaceChildren(...shown.map((host) => rowOf(host, now)));
  const count = (state) => known.hosts.filter((host) => host.state === state).length;
  const counts = Object.keys(WORDS).filter((state) => count(state) > 0)
    .map((state) => count(state) + " " + WORDS[state]).join(", ");
  const text = counts === "" ? "no hosts" : counts;
  if (byId("counts").textContent !== text) byId("counts").textContent = text;
  byId("shown").textContent = shown.length === known.hosts.length ? "" :
    shown.length + " of " + known.hosts.length + " shown";
  byId("problems").replaceChildren(...known.problems.map((text) => make("div", {}, "Registry, " + text)));
  document.title = (count("down") > 0 ? "(" + count("down") + " down) " : "") + known.name;
}

const events = new EventSource("status/events");
events.onmessage = (event) => {
  known = JSON.parse(event.data);
  byId("live").textContent = "live";
  draw();
};
events.addEventListener("ended", () => location.reload());
events.onerror = () => {
  byId("live").textContent = events.readyState === 2 ? "over; reload the page" : "not connected, trying again";
};
for (const id of ["filter", "amiss"]) byId(id).addEventListener("input", draw);
// Times go on; nothing is drawn while nobody sees it.
setInterval(() => { if (!document.hidden && !getSelection().toString()) draw(); }, 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) draw(); });
`;
