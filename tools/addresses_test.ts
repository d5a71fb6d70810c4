import { assertEquals } from "@std/assert";
import { isIn, parseAddress, parseBlock, specialUse } from "./addresses.ts";

function useOf(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is not taken for an address`);
  return specialUse(address);
}

Deno.test("parseAddress() reads both families, and a mapped address as the one it stands for", () => {
  assertEquals(parseAddress("1.2.3.4"), [1, 2, 3, 4]);
  assertEquals(parseAddress("::ffff:1.2.3.4"), [1, 2, 3, 4]);
  assertEquals(parseAddress("[::ffff:102:304]"), [1, 2, 3, 4]);
  assertEquals(parseAddress("fe80::1%eth0"), [0xfe, 0x80, ...new Array(13).fill(0), 1]);
  assertEquals(parseAddress("1:2:3:4:5:6:7:8")?.length, 16);
  for (
    const text of ["", "1.2.3", "1.2.3.256", "01.2.3.4", "0x7f.0.0.1", "1::2::3", ":1", "12345::"]
      .concat("1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1:2:3:4:5:6:7:8", "host", "::1.2.3")
  ) assertEquals(parseAddress(text), undefined, text);
});

Deno.test("parseBlock() and isIn() count bits", () => {
  const block = parseBlock("10.1.128.0/17")!;
  assertEquals(isIn(parseAddress("10.1.200.1")!, block), true);
  assertEquals(isIn(parseAddress("10.1.127.255")!, block), false);
  assertEquals(isIn(parseAddress("::a01:c801")!, block), false);
  assertEquals(isIn(parseAddress("9.9.9.9")!, parseBlock("0.0.0.0/0")!), true);
  assertEquals(isIn(parseAddress("::1")!, parseBlock("::1")!), true);
  for (const text of ["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8/8", "name/8"]) {
    assertEquals(parseBlock(text), undefined, text);
  }
});

Deno.test("specialUse() names what is not the public Internet", () => {
  const uses: { readonly [text: string]: string } = {
    "0.0.0.0": "unspecified",
    "0.1.2.3": "unspecified",
    "10.0.0.1": "private",
    "100.64.0.1": "private (carrier-grade NAT)",
    "100.100.100.200": "cloud metadata",
    "100.127.255.255": "private (carrier-grade NAT)",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "169.254.1.1": "link-local",
    "169.254.169.254": "cloud metadata",
    "168.63.129.16": "cloud metadata",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "198.19.0.1": "benchmarking",
    "224.0.0.1": "multicast",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "fd00:ec2::254": "cloud metadata",
    "fc00::1": "private",
    "fe80::1": "link-local",
    "febf::1": "link-local",
    "fec0::1": "private",
    "ff02::1": "multicast",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:a9fe:a9fe": "cloud metadata",
    "::127.0.0.1": "loopback, within IPv6",
    "::ffff:0:10.0.0.1": "private, within IPv6",
    "64:ff9b::7f00:1": "loopback, within IPv6",
    "64:ff9b::a9fe:a9fe": "cloud metadata, within IPv6",
    "64:ff9b:1::1": "reserved",
    "2002:7f00:1::": "loopback, within IPv6",
    "2002:a9fe:a9fe::1": "cloud metadata, within IPv6",
    "2001::1": "reserved",
    "2001:db8::1": "documentation",
    "100::1": "reserved",
    "4000::1": "reserved",
  };
  for (const [text, use] of Object.entries(uses)) assertEquals(useOf(text), use, text);
});

Deno.test("specialUse() has nothing to say of public addresses", () => {
  for (
    const text of ["1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"]
      .concat("126.255.255.255", "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0")
      .concat("192.167.255.255", "192.169.0.0", "223.255.255.255", "2606:4700::1111", "2a00::1")
      .concat("::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2001:4860:4860::8888")
  ) assertEquals(useOf(text), undefined, text);
});

Deno.test("A URL spells every odd form of an address so that parseAddress() knows it", () => {
  const odd = ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "0x7f000001", "127.0.0.1."]
    .concat("１２７.0.0.1", "127。0。0。1", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]");
  for (const text of odd) {
    assertEquals(useOf(new URL(`http://${text}/`).hostname), "loopback", text);
  }
  assertEquals(useOf(new URL("http://0/").hostname), "unspecified");
  assertEquals(useOf(new URL("http://0xa9fea9fe/").hostname), "cloud metadata");
});
