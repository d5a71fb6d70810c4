// Reads the small files that options name: tokens, configuration, certificates.
// A file that cannot be read, or that others may read or change though they must not, is the
// option's fault: the refusal says which one, and what would do.

import { smallFileText } from "../tools/small_file.ts";
import { UsageError } from "./cli_options.ts";
import { FileError, type Runtime } from "./runtime/runtime.ts";

/** What other users may do to a file, by who they are. */
export type OthersMay = "read" | "write";

const FORBIDDEN = {
  read: { bits: 0o077, fix: "chmod 600" },
  write: { bits: 0o022, fix: "chmod go-w" },
} as const;

/**
 * The text of the file that an option names. With `othersMayNot`, its mode must keep them from it.
 *
 * @throws {UsageError} when it cannot be read, or others can do what they may not.
 */
export async function readOptionFile(
  runtime: Runtime,
  option: string,
  path: string,
  othersMayNot?: OthersMay,
): Promise<string> {
  try {
    const file = await runtime.files.open(path, { read: true });
    const { mode } = await file.info();
    const { bits, fix } = FORBIDDEN[othersMayNot ?? "write"];
    if (
      othersMayNot !== undefined && mode !== null && (mode & bits) !== 0 && !isKept(runtime, path)
    ) {
      file.close();
      throw new UsageError(
        `${option} must name a file that other users cannot ${othersMayNot}: got ` +
          `${JSON.stringify(path)} with mode ${octal(mode)}; "${fix} ${path}" mends it`,
      );
    }
    const text = await smallFileText(Promise.resolve(file));
    if (text !== undefined) return text;
    throw new UsageError(`${option} must name a file: ${JSON.stringify(path)} cannot be read`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new UsageError(`${option} must name a file that can be read: ${error.message}`);
  }
}

// systemd keeps these by other means than the mode, and their mode does not say so.
function isKept(runtime: Runtime, path: string): boolean {
  const dir = runtime.env("CREDENTIALS_DIRECTORY");
  return dir !== undefined && path.startsWith(`${dir}/`);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** A path from the root, for whoever looks at it from elsewhere. */
export function absolutePath(runtime: Runtime, path: string): string {
  return path.startsWith("/") ? path : `${runtime.cwd()}/${path}`;
}
