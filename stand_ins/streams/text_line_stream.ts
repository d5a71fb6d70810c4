// Stand-in for `@std/streams/text-line-stream`: chunks of text in, lines out. The stdio drivers of
// tests read the lines of a server with it.

/** Options of TextLineStream. */
export interface TextLineStreamOptions {
  /** Takes a lone `\r` for a line end too; by default only `\n` and `\r\n` are. */
  allowCR?: boolean;
}

/** Cuts a stream of text into lines, without their ends; a last line without an end counts too. */
export class TextLineStream extends TransformStream<string, string> {
  constructor(options: TextLineStreamOptions = {}) {
    const lineEnd = options.allowCR ? /\r\n|\n|\r(?!$)/ : /\r?\n/;
    const pieces: string[] = []; // of the line that is not whole yet
    super({
      transform(chunk, controller) {
        pieces.push(chunk);
        const heldCr = options.allowCR && pieces.at(-2)?.endsWith("\r");
        if (!heldCr && !/[\r\n]/.test(chunk)) return; // joined once, when the line ends
        const lines = pieces.splice(0).join("").split(lineEnd);
        pieces.push(lines.pop()!);
        for (const line of lines) controller.enqueue(line);
      },
      flush(controller) {
        const last = pieces.join("");
        const line = options.allowCR ? last.replace(/\r$/, "") : last;
        if (last) controller.enqueue(line);
      },
    });
  }
}
