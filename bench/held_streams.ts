// Streams that are opened and held, over bare connections: a client that costs nearly nothing.
// Called by the memory part of the benchmark.

/** Some servers say nothing before the first event: then the request was taken, and that is all. */
const SILENCE_MS = 5;

/** Opens a GET stream and waits for its headers; the answer closes it. */
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), SILENCE_MS);
  });
  const reading = connection.read(bytes);
  reading.catch(() => undefined); // One that still waits when the connection is closed.
  const size = await Promise.race([reading, silence]);
  clearTimeout(timer);
  const said = new TextDecoder().decode(bytes.subarray(0, size ?? 0));
  if (size !== null && !said.startsWith("HTTP/1.1 200")) {
    throw new Error(`A stream must open: got ${said}`);
  }
  return () => connection.close();
}
