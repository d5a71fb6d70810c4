// IP addresses: reading them, blocks of them, and which of them lead to other places than the
// public Internet. Used by fetch and by the option that allows it more. Knows no names: what a name
// stands for is looked up where it is connected to.

/** An address: 4 bytes or 16. One that is an IPv4 address mapped into IPv6 has 4. */
export type Address = readonly number[];

/** All addresses that begin as this one does. */
export interface AddressBlock {
  readonly start: Address;
  /** How many bits count. */
  readonly bits: number;
}

/** Reads an address, as resolvers and URLs spell it; undefined where it is none. */
export function parseAddress(text: string): Address | undefined {
  const plain = text.replace(/^\[(.*)\]$/, "$1").replace(/%.*$/, "");
  if (!plain.includes(":")) return parseV4(plain);
  const bytes = parseV6(plain);
  return bytes !== undefined && isIn(bytes, MAPPED) ? bytes.slice(12) : bytes;
}

/** Reads an address, or a block such as `10.0.0.0/8`. */
export function parseBlock(text: string): AddressBlock | undefined {
  const [, address = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const start = parseAddress(address);
  if (start === undefined) return undefined;
  const bits = length === undefined ? start.length * 8 : Number(length);
  return bits <= start.length * 8 ? { start, bits } : undefined;
}

/** Whether an address lies in a block. */
export function isIn(address: Address, { start, bits }: AddressBlock): boolean {
  if (address.length !== start.length) return false;
  return start.every((byte, at) => {
    const counting = Math.min(8, Math.max(0, bits - at * 8));
    const mask = (0xff << (8 - counting)) & 0xff;
    return ((byte ^ address[at]!) & mask) === 0;
  });
}

/** What an address leads to, where that is not the public Internet: "loopback", "private". */
export function specialUse(address: Address): string | undefined {
  const carried = carriedV4(address);
  if (carried !== undefined) {
    const use = specialUse(carried);
    return use === undefined ? undefined : `${use}, within IPv6`;
  }
  const [, name] = SPECIAL.find(([text]) => isIn(address, block(text))) ?? [];
  if (name !== undefined) return name;
  return address.length === 4 || isIn(address, block(GLOBAL_V6)) ? undefined : "reserved";
}

/** The IPv4 address that an IPv6 one stands for on its way (NAT64, 6to4, and older forms). */
function carriedV4(address: Address): Address | undefined {
  if (address.length === 4) return undefined;
  const [, at] = CARRIERS.find(([text]) => isIn(address, block(text))) ?? [];
  // ::1 and :: are no carriers of 0.0.0.1 and 0.0.0.0, but what they say themselves.
  if (at === undefined || address.slice(0, 15).every((byte) => byte === 0)) return undefined;
  return address.slice(at, at + 4);
}

const MAPPED: AddressBlock = { start: [...zeros(10), 0xff, 0xff, ...zeros(4)], bits: 96 };
const GLOBAL_V6 = "2000::/3";

const CARRIERS: readonly (readonly [block: string, at: number])[] = [
  ["64:ff9b::/96", 12],
  ["2002::/16", 2],
  ["::ffff:0:0:0/96", 12],
  ["::/96", 12],
];

// The first that fits names it. Among those of metadata services are some of clouds that gave them
// addresses within wider blocks, and one that is public by its number.
const SPECIAL: readonly (readonly [block: string, name: string])[] = [
  ["169.254.169.254", "cloud metadata"],
  ["100.100.100.200", "cloud metadata"],
  ["192.0.0.192", "cloud metadata"],
  ["168.63.129.16", "cloud metadata"],
  ["fd00:ec2::254", "cloud metadata"],
  ["fd20:ce::254", "cloud metadata"],
  ["0.0.0.0/8", "unspecified"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "private (carrier-grade NAT)"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "reserved"],
  ["192.0.2.0/24", "documentation"],
  ["192.88.99.0/24", "reserved"],
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "benchmarking"],
  ["198.51.100.0/24", "documentation"],
  ["203.0.113.0/24", "documentation"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved"],
  ["::/128", "unspecified"],
  ["::1/128", "loopback"],
  ["fc00::/7", "private"],
  ["fe80::/10", "link-local"],
  ["fec0::/10", "private"],
  ["ff00::/8", "multicast"],
  ["2001::/23", "reserved"],
  ["2001:db8::/32", "documentation"],
  ["3fff::/20", "documentation"],
];

/** The blocks above, read when they are first asked for: a server starts without them. */
const read = new Map<string, AddressBlock>();

function block(text: string): AddressBlock {
  const known = read.get(text) ?? parseBlock(text);
  if (known === undefined) throw new Error(`Not a block of addresses: ${text}`);
  read.set(text, known);
  return known;
}

// Four numbers in decimal: the other forms (0x7f.1, 2130706433) are names to us, and a URL has
// turned them into this one before they come here.
function parseV4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) {
    return undefined;
  }
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split("::").map(bytesOf);
  const [head, tail] = halves;
  if (halves.length > 2 || head === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 14) return undefined;
  return [...head, ...zeros(16 - head.length - tail.length), ...tail];
}

/** The bytes of groups with colons between them, of which the last may be an IPv4 address. */
function bytesOf(groups: string): number[] | undefined {
  if (groups === "") return [];
  const bytes: number[] = [];
  for (const group of groups.split(":")) {
    const v4 = group.includes(".") ? parseV4(group) : undefined;
    if (v4 !== undefined) {
      bytes.push(...v4);
    } else if (/^[\da-f]{1,4}$/i.test(group)) {
      const number = parseInt(group, 16);
      bytes.push(number >> 8, number & 0xff);
    } else {
      return undefined;
    }
  }
  return bytes;
}

function zeros(count: number): number[] {
  return new Array(count).fill(0);
}
