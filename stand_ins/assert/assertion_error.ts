// The error that every assertion throws, and the way its message ends. Used by the whole folder.

/** Says that an assertion did not hold. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Throws an AssertionError: the sentence, then what the caller had to say about it. */
export function refuse(sentence: string, msg?: string, detail = ""): never {
  throw new AssertionError(`${sentence}${msg ? `: ${msg}` : "."}${detail}`);
}
