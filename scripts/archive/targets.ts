// What the archives and single files are made of: each system with its pinned runtime.
// Read by scripts/build_archives.ts. A new version of Deno goes in here, with the digests that
// `npm view PACKAGE@VERSION dist.integrity` prints.

/** The Deno in the archives: the newest that npm has for both systems. */
export const DENO_VERSION = "2.9.5";

/** The Bun that makes the single files, and is in them. */
export const BUN_VERSION = "1.4.5";

/** A system that an archive is made for. */
export interface Target {
  /** The name of its archive, without the ending. */
  readonly name: string;
  /** As `Deno.build.arch` has it. */
  readonly arch: "x86_64" | "aarch64";
  /** The package on npm that holds its Deno, and the digest of that. */
  readonly denoPackage: string;
  readonly integrity: string;
  /** The name of its single file, and what Bun calls the system. */
  readonly bunName: string;
  readonly bunTarget: string;
}

/** All systems that archives are made for, by the names that the original's archives had. */
export const TARGETS: readonly Target[] = [
  {
    name: "lmcp-linux-amd64",
    arch: "x86_64",
    denoPackage: "@deno/linux-x64-glibc",
    integrity:
      "sha512-TDqcnoLe3jlgqYEQm7H7MK6q0JOth+o8iSZzknRODnVkJfPiNnjVn1M1Zc6vnp+ipkyb6Av1/CUlHgHtlq59Gw==",
    bunName: "lmcp-bun-linux-amd64",
    bunTarget: "bun-linux-x64",
  },
  {
    name: "lmcp-linux-aarch64",
    arch: "aarch64",
    denoPackage: "@deno/linux-arm64-glibc",
    integrity:
      "sha512-IuYjsz9PGl7CJcNXMuN27KNDB8Q40brK3SG3l+TXMDVW61ZKwcn0fQHBHnXFiiygEwI8by/fKnASEluhZB1atw==",
    bunName: "lmcp-bun-linux-aarch64",
    bunTarget: "bun-linux-arm64",
  },
];
