// Streams that are opened and held, over bare connections: a client that costs nearly nothing.
// Called by the memory part of the benchmark.

/** Opens a GET stream and waits for its first byte of body; the answer closes it. */
export async function holdStream(
  url: string,
  headers: { readonly [name: string]: string },
): Promise<() => void> {
  const { hostname, port, pathname, host } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const text = `GET ${pathname} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(text));
  const bytes = new Uint8Array(4096);
  let said = "";
  const decoder = new TextDecoder();
  while (!/\r\n\r\n[^]/.test(said)) {
    const size = await connection.read(bytes);
    if (size === null) throw new Error(`A stream must open: got ${said || "nothing"}`);
    said += decoder.decode(bytes.subarray(0, size), { stream: true });
  }
  if (!said.startsWith("HTTP/1.1 200")) throw new Error(`A stream must open: got ${said}`);
  return () => connection.close();
}
