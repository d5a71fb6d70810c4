// A worker that swaps folders and files with symlinks that lead out, as fast as it can, until it is
// given nothing to swap. It says 0 when it starts, and at the end how often it swapped. Started by the test of the roots, against which it plays the attacker.

interface Swap {
  /** The path that the tools are told. */
  readonly slot: string;
  /** Where what belongs there is kept meanwhile. */
  readonly real: string;
  /** Where the symlink leads that comes in its place. */
  readonly target: string;
}

let swaps: readonly Swap[] = [];
let moved = 0;

/** Does a thing that wants a free path: what a tool made there meanwhile is moved away. */
function inPlaceOf(path: string, act: () => void): void {
  for (;;) {
    try {
      act();
      return;
    } catch {
      clear(path);
    }
  }
}

function clear(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    Deno.renameSync(path, `${path}.moved${moved++}`);
  }
}

function swapAll(): number {
  let count = 0;
  const end = performance.now() + 20;
  while (performance.now() < end) {
    for (const { slot, real, target } of swaps) {
      Deno.renameSync(slot, real);
      inPlaceOf(slot, () => Deno.symlinkSync(target, slot));
      clear(slot);
      inPlaceOf(slot, () => Deno.renameSync(real, slot));
      count++;
    }
  }
  return count;
}

/** The worker's side of the channel, which the types of a page do not know. */
const channel = globalThis as unknown as {
  onmessage: (event: MessageEvent<readonly Swap[]>) => void;
  postMessage(message: unknown): void;
};

// Lets messages in between its bursts.
function go(count: number): void {
  if (swaps.length === 0) channel.postMessage(count);
  else setTimeout(() => go(count + swapAll()));
}

channel.onmessage = ({ data }) => {
  const starting = swaps.length === 0;
  swaps = data;
  if (!starting) return;
  channel.postMessage(0);
  go(0);
};
