import { assertEquals, assertThrows } from "@std/assert";
import { type ReadValue, UsageError } from "./cli_options.ts";
import {
  isLoopback,
  oneOf,
  readFilePath,
  readHost,
  readHostName,
  readName,
  readNames,
  readOrigin,
  readPath,
  readPort,
  readReachable,
  readSearxng,
  readSeconds,
  readTokenName,
} from "./cli_values.ts";

function refusal(read: ReadValue<unknown>, text: string): string {
  return assertThrows(() => read(text, "--it"), UsageError).message;
}

function refusesEach(read: ReadValue<unknown>, texts: string[]): void {
  for (const text of texts) {
    assertEquals(
      refusal(read, text).includes(`: got ${JSON.stringify(text)}`),
      true,
      refusal(read, text),
    );
  }
}

Deno.test("readPort() takes 0 to 65535", () => {
  assertEquals(["0", "1", "8080", "65535"].map((text) => readPort(text, "--it")), [
    0,
    1,
    8080,
    65535,
  ]);
  refusesEach(readPort, ["65536", "-1", "1.5", "1e3", "0x10", "", " 1", "http", "123456"]);
  assertEquals(
    refusal(readPort, "x"),
    '--it must be a whole number from 0 to 65535: got "x"; 0 picks a free port',
  );
});

Deno.test("readHost() takes names and addresses, IPv6 with or without brackets", () => {
  for (const host of ["127.0.0.1", "localhost", "::1", "fe80::1%eth0", "pi5.lan", "0.0.0.0"]) {
    assertEquals(readHost(host, "--it"), host);
  }
  assertEquals(readHost("[::1]", "--it"), "::1");
  refusesEach(readHost, ["", "http://x", "a b", "127.0.0.1:80", "/x"]);
  assertEquals(
    refusal(readHost, "pi5:80"),
    '--it must be an address alone: got "pi5:80"; the port goes to --port',
  );
});

Deno.test("isLoopback() knows the addresses that only this machine reaches", () => {
  assertEquals(["localhost", "127.0.0.1", "127.9.9.9", "::1"].every(isLoopback), true);
  const others = ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.com", "xlocalhost", "128.0.0.1"];
  assertEquals(others.some(isLoopback), false);
});

Deno.test("readPath() takes a path as it stands in a URL", () => {
  for (const path of ["/mcp", "/", "/a/b", "/a%20b"]) assertEquals(readPath(path, "--it"), path);
  refusesEach(readPath, [
    "",
    "mcp",
    "/a b",
    "/a?b",
    "/a#b",
    "/a/../b",
    "//host/x",
    "/é",
    "/healthz",
  ]);
});

Deno.test("readSeconds() takes seconds up to an hour", () => {
  assertEquals(["0", "2", "0.5", "3600"].map((text) => readSeconds(text, "--it")), [
    0,
    2,
    0.5,
    3600,
  ]);
  refusesEach(readSeconds, ["", "-1", "3601", "1m", "1e3", "NaN", "Infinity", "."]);
});

Deno.test("readOrigin() takes an origin as browsers send it", () => {
  for (
    const origin of ["https://a.example", "http://localhost:5173", "http://[::1]:1", "app://id"]
  ) {
    assertEquals(readOrigin(origin, "--it"), [origin]);
  }
  refusesEach(readOrigin, ["*", "a.example", "", "mailto:a", "null"]);
  assertEquals(
    refusal(readOrigin, "https://A.example:443/x"),
    '--it must be an origin, without a path: got "https://A.example:443/x"; ' +
      "https://a.example would be one",
  );
});

Deno.test("readHostName() takes a host name with or without a port", () => {
  for (const host of ["pi5.lan", "pi5.lan:8080", "[::1]", "[::1]:80", "10.0.0.1"]) {
    assertEquals(readHostName(host, "--it"), [host]);
  }
  refusesEach(readHostName, ["", "http://pi5", "pi5/x", "*", "a b", "::1"]);
});

Deno.test("readNames() splits at commas", () => {
  assertEquals(readNames("a,b", "--it"), ["a", "b"]);
  assertEquals(readNames(" a , b ,", "--it"), ["a", "b"]);
  refusesEach(readNames, ["", ",", " "]);
});

Deno.test("readName() and readTokenName() take what stands on one line, the latter one word", () => {
  assertEquals(readName("the pi in the attic", "--it"), "the pi in the attic");
  refusesEach(readName, ["", " a", "a ", "a\nb", "a".repeat(101)]);
  assertEquals(readTokenName("laptop", "--it"), "laptop");
  refusesEach(readTokenName, ["", "a b", "a#b", "a\tb", "a".repeat(101)]);
});

Deno.test("readFilePath() takes any path there can be", () => {
  assertEquals(readFilePath("a b", "--it"), "a b");
  refusesEach(readFilePath, ["", "a\0b"]);
});

Deno.test("oneOf() takes its words alone", () => {
  const read = oneOf(["text", "json"]);
  assertEquals(read("json", "--it"), "json");
  assertEquals(refusal(read, "xml"), '--it must be text or json: got "xml"');
});

Deno.test("readReachable() takes names, addresses and blocks", () => {
  for (const text of ["nas.lan", "localhost", "10.0.0.0/8", "::1", "fd00::/8", "192.168.1.5"]) {
    assertEquals(readReachable(text, "--it"), [text]);
  }
  refusesEach(readReachable, [
    "",
    "http://nas.lan",
    "nas.lan:80",
    "10.0.0.0/33",
    "*",
    "a b",
    "a/8",
  ]);
});

Deno.test("readSearxng() takes http and https URLs", () => {
  assertEquals(readSearxng("http://10.0.0.2:8888/s", "--it"), "http://10.0.0.2:8888/s");
  refusesEach(readSearxng, ["", "searx.lan", "ftp://searx.lan", "/path"]);
});
