// Looks into /proc without waiting, for the few answers that must be had at once.
// Made by each runtime for `port_holder.ts` and `process_group.ts`.

/** Reads what is below `/proc`. Every member throws what its runtime throws. */
export interface ProcReader {
  /** The content of a file. */
  text(path: string): string;
  /** The names in a folder. */
  names(path: string): readonly string[];
  /** What a symlink holds. */
  link(path: string): string;
  /** Whether the error says that the process or file is gone. */
  isGone(error: unknown): boolean;
}
