// How alike two short texts are, for "did you mean" and for near misses of an edit.
// Pure; cost grows with the lengths, so callers bound what they pass.

/**
 * From 0 (nothing in common) to 1 (equal but for case), by the pairs of characters they share. The
 * same characters in another order are a slip of the fingers, and alike.
 */
export function similarity(a: string, b: string): number {
  const one = a.toLowerCase();
  const two = b.toLowerCase();
  if (one === two) return 1;
  if (one.length === two.length && sorted(one) === sorted(two)) return 0.9;
  if (one.length < 2 || two.length < 2) return 0;
  const pairs = new Map<string, number>();
  for (let at = 0; at < one.length - 1; at++) {
    const pair = one.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  let shared = 0;
  for (let at = 0; at < two.length - 1; at++) {
    const pair = two.slice(at, at + 2);
    const left = pairs.get(pair) ?? 0;
    if (left === 0) continue;
    pairs.set(pair, left - 1);
    shared++;
  }
  // Never quite 1: that is for equal texts.
  return Math.min(0.99, (2 * shared) / (one.length + two.length - 2));
}

function sorted(text: string): string {
  return [...text].sort().join("");
}

/** The texts most like one, best first, none that has too little in common. */
export function mostSimilar(wanted: string, texts: readonly string[], count: number): string[] {
  return texts
    .map((text) => ({ text, score: similarity(wanted, text) }))
    .filter(({ score }) => score >= 0.35)
    .sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1))
    .slice(0, count)
    .map(({ text }) => text);
}
