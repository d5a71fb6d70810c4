import { assertEquals, assertThrows } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import type { Runtime } from "../src/runtime/runtime.ts";
import { stateDirPath } from "./state_dir.ts";

const real = await openRuntime();

/** The real machine, started by another user with other variables. */
function as(uid: number, variables: { [name: string]: string }): Runtime {
  return {
    ...real,
    env: (name) => variables[name] || undefined,
    system: () => ({ ...real.system(), uid }),
  };
}

Deno.test("stateDirPath() is where the XDG variable says", () => {
  assertEquals(
    stateDirPath(as(0, { XDG_STATE_HOME: "/x/state/", HOME: "/root" })),
    "/x/state/lmcp",
  );
  assertEquals(stateDirPath(as(7, { XDG_STATE_HOME: "/x", HOME: "/users/u" })), "/x/lmcp");
});

Deno.test("stateDirPath() is a system folder for root and in the home of others", () => {
  assertEquals(stateDirPath(as(0, { HOME: "/root" })), "/var/lib/lmcp");
  assertEquals(stateDirPath(as(7, { HOME: "/users/u" })), "/users/u/.local/state/lmcp");
});

Deno.test("stateDirPath() ignores an XDG variable that is relative", () => {
  assertEquals(stateDirPath(as(0, { XDG_STATE_HOME: "state" })), "/var/lib/lmcp");
});

Deno.test("stateDirPath() says what to set when there is no place", () => {
  assertThrows(() => stateDirPath(as(7, {})), Error, "XDG_STATE_HOME nor HOME");
});
