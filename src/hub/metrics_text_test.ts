import { assertEquals } from "@std/assert";
import { Counter, Durations, gaugeText } from "./metrics_text.ts";

Deno.test("Counter counts by labels, and writes them so that nothing of them ends a line", () => {
  const counter = new Counter("calls_total", "Calls.");
  counter.add({ tool: "a" });
  counter.add({ tool: "a" });
  counter.add({ tool: 'b"\n\\' });
  assertEquals(
    counter.text(),
    "# HELP calls_total Calls.\n# TYPE calls_total counter\n" +
      'calls_total{tool="a"} 2\ncalls_total{tool="b\\"\\n\\\\"} 1\n',
  );
});

Deno.test("Durations counts into buckets that hold all that is shorter", () => {
  const durations = new Durations("seconds", "How long.");
  for (const seconds of [0.001, 0.2, 100]) durations.add({ via: "mcp" }, seconds);
  const lines = durations.text().split("\n");
  assertEquals(lines.slice(0, 2), ["# HELP seconds How long.", "# TYPE seconds histogram"]);
  assertEquals(lines.slice(2, -1), [
    'seconds_bucket{via="mcp",le="0.005"} 1',
    'seconds_bucket{via="mcp",le="0.025"} 1',
    'seconds_bucket{via="mcp",le="0.1"} 1',
    'seconds_bucket{via="mcp",le="0.5"} 2',
    'seconds_bucket{via="mcp",le="2.5"} 2',
    'seconds_bucket{via="mcp",le="10"} 2',
    'seconds_bucket{via="mcp",le="60"} 2',
    'seconds_bucket{via="mcp",le="+Inf"} 3',
    'seconds_sum{via="mcp"} 100.201',
    'seconds_count{via="mcp"} 3',
  ]);
});

Deno.test("gaugeText() writes numbers as they are now", () => {
  assertEquals(
    gaugeText("up", "Up.", [[{}, 1], [{ host: "a" }, 0.5]]),
    '# HELP up Up.\n# TYPE up gauge\nup 1\nup{host="a"} 0.5\n',
  );
});
