// The order of paths: byte by byte of their UTF-8, the same on every machine and in every locale.
// Used by the search. JavaScript's own order differs for characters beyond U+FFFF.

/** Compares two texts by the bytes of their UTF-8: negative, 0 or positive. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [unitA, unitB] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (unitA !== unitB) return weight(unitA) - weight(unitB);
  }
  return a.length - b.length;
}

/** Sorts texts in place by the bytes of their UTF-8. */
export function sortBytes(texts: string[]): string[] {
  // The built-in order is faster and the same, unless a text has such a character.
  return texts.some((text) => /[\uD800-\uDFFF]/.test(text))
    ? texts.sort(compareBytes)
    : texts.sort();
}

// Surrogates, which make up the characters beyond U+FFFF, sort after all else.
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
