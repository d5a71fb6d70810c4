// Waits for what no event tells of, such as the state of another process: looks often, and fails
// loudly at a deadline. Used by tests only.

const LOOK_MS = 5;

/** Waits until `holds` and answers how many ms that took; fails with `what` after `boundMs`. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  boundMs: number,
  what: string,
): Promise<number> {
  const start = performance.now();
  while (!await holds()) {
    if (performance.now() - start > boundMs) {
      throw new Error(`Waited ${boundMs} ms until ${what}, in vain`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return performance.now() - start;
}
