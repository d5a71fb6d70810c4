import { assertEquals } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { boardFacts, cpuName, throttlingOf } from "./board_facts.ts";

const noProgram = () => Promise.resolve(undefined);

async function factsOf(tree: { readonly [path: string]: string }): Promise<unknown> {
  const root = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  for (const [path, text] of Object.entries(tree)) {
    await Deno.mkdir(root + path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(root + path, text);
  }
  try {
    return await boardFacts(await openRuntime(), noProgram, root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("boardFacts() reads a Raspberry Pi", async () => {
  const core = "CPU implementer\t: 0x41\nCPU part\t: 0xd0b\n\n";
  assertEquals(
    await factsOf({
      "/proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
      "/proc/cpuinfo": core.repeat(4),
      "/sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
      "/sys/class/thermal/thermal_zone0/temp": "54850\n",
      "/sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
    }),
    {
      model: "Raspberry Pi 5 Model B Rev 1.0",
      cpu: "4x Cortex-A76",
      temperatures: [{ name: "cpu-thermal", celsius: 54.9 }],
      throttling: {
        now: ["under-voltage", "throttled"],
        since_boot: ["under-voltage", "throttled"],
      },
    },
  );
});

Deno.test("boardFacts() reads a PC, and leaves out a sensor that is off", async () => {
  assertEquals(
    await factsOf({
      "/sys/devices/virtual/dmi/id/sys_vendor": "LENOVO\n",
      "/sys/devices/virtual/dmi/id/product_name": "20XW\n",
      "/proc/cpuinfo": "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n",
      "/sys/class/thermal/thermal_zone0/type": "iwlwifi_1\n",
      "/sys/class/thermal/thermal_zone1/type": "x86_pkg_temp\n",
      "/sys/class/thermal/thermal_zone1/temp": "41000\n",
    }),
    {
      model: "LENOVO 20XW",
      cpu: "Some CPU @ 2 GHz",
      temperatures: [{ name: "x86_pkg_temp", celsius: 41 }],
      throttling: undefined,
    },
  );
});

Deno.test("boardFacts() leaves out what a machine does not tell", async () => {
  assertEquals(await factsOf({}), {
    model: undefined,
    cpu: undefined,
    temperatures: [],
    throttling: undefined,
  });
});

Deno.test("cpuName() counts the cores of each kind", () => {
  const part = (number: string) => `CPU part\t: ${number}\n`;
  const cpuinfo = part("0xd05").repeat(4) + part("0xd0b").repeat(4) + part("0xfff");
  assertEquals(cpuName(cpuinfo), "4x Cortex-A55 + 4x Cortex-A76 + 1x part 0xfff");
});

Deno.test("throttlingOf() takes nothing but a number for flags", () => {
  assertEquals(throttlingOf("0"), { now: [], since_boot: [] });
  assertEquals(throttlingOf("0x8"), { now: ["soft temperature limit"], since_boot: [] });
  assertEquals(throttlingOf("n/a"), undefined);
});
