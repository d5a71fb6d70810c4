import { assert, assertEquals, assertMatch } from "@std/assert";
import type { JsonObject } from "../src/jsonrpc/message.ts";
import { hostTools } from "./mod.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

/** Arguments that a model gets wrong, and what must tell it how to go on. */
type Mistakes = readonly (readonly [JsonObject, RegExp])[];

const NO_JOB = /There is no job "j-zzzzzz": job_list names those there are/;
const KNOWN = (names: string) => new RegExp(`is not known here; known are ${names}`);

/** The commonest mistakes of each tool; `dir` has `a.txt` and a folder `d`, `job` has ended. */
function mistakesOf(dir: string, job: string): { readonly [tool: string]: Mistakes } {
  const a = `${dir}/a.txt`;
  const ofJob = (args: JsonObject = {}): Mistakes => [
    [{ ...args }, /"job_id" is required/],
    [{ ...args, job_id: "j-zzzzzz" }, NO_JOB],
    [{ ...args, job_id: "my build" }, /job_list names those there are/],
    [{ ...args, id: job }, KNOWN('"job_id"')],
    [{ ...args, job_id: [job] }, /"job_id" must be a string: got an array/],
  ];
  return {
    shell: [
      [{ cmd: "ls" }, /"command" is required.*; known are "command"/],
      [{ command: " " }, /must be a text to run: got an empty one; try/],
      [{ command: ["ls", "-l"] }, /"command" must be a string: got an array/],
      [{ command: "ls", cwd: `${dir}/none` }, /The nearest folder that exists is ".*", with "d"/],
      [{ command: "sleep 9", timeout_s: 0.1 }, /if it needs longer, give a larger timeout_s/],
      [{ command: "ls", timeout_s: 120_000 }, /"timeout_s" must be at most 3600/],
    ],
    shell_bg: [
      [{}, /"command" is required/],
      [{ command: "" }, /must be a text to run: got an empty one; try/],
      [{ command: "ls", cwd: a }, /it is a file, not a folder. The nearest folder that exists is/],
      [{ command: "ls", timeout_s: 5 }, KNOWN('"command"')],
      [{ command: "ls", name: "n".repeat(100) }, /"name" must have at most 80 characters: got 100/],
    ],
    job_list: NO_ARGUMENTS,
    job_status: ofJob(),
    job_output: [
      ...ofJob(),
      [{ job_id: job, offset: 0, tail: 9 }, /Give offset or tail, not both/],
      [{ job_id: job, tail: 0 }, /"tail" must be at least 1/],
    ],
    job_input: [
      ...ofJob({ text: "x" }),
      [{ job_id: job }, /Give text to write, or close: true, or both/],
      [{ job_id: job, text: "x" }, /it has ended; job_output shows what it said/],
    ],
    job_wait: [...ofJob(), [{ job_id: job, timeout_s: 9_999 }, /must be at most 3600/]],
    job_kill: [...ofJob(), [{ job_id: job, signal: "KILL" }, /must be one of \["SIGTERM",/]],
    read_file: [
      [{ file_path: a }, KNOWN('"path"')],
      [{ path: `${dir}/A.txt` }, /did you mean "a\.txt"\?/],
      [{ path: `${dir}/none/x` }, /there is no "none" in ".*"; list_dir shows what is there/],
      [{ path: `${dir}/d` }, /it is a folder; list_dir lists it/],
      [{ path: a, offset: 0 }, /"offset" must be at least 1/],
      [{ path: a, offset: 99 }, /the file has only 4 lines; give a smaller offset/],
      [{ path: a, encoding: "utf8" }, /"encoding" must be one of \["utf-8",/],
    ],
    write_file: [
      [{ path: a, text: "x" }, /"content" is required.*; known are "path", "content"/],
      [{ path: `${dir}/new/x`, content: "x" }, /create_dirs makes missing folders/],
      [{ path: `${dir}/d`, content: "x" }, /it is a folder; list_dir lists it/],
      [{ path: `${dir}/d/`, content: "x" }, /end it with the name of a file/],
      [{ path: a, content: "x", expected_hash: "abc" }, /as read_file gives it, "sha256:" and 64/],
      [{ path: a, content: "x", mode: "rwx" }, /give three or four octal digits, such as "0644"/],
      [{ path: a, content: "%", encoding: "base64" }, /leave encoding out to write it as text/],
      [{ path: a, content: { a: 1 } }, /"content" must be a string: got an object/],
    ],
    edit_file: [
      [{ path: a, old_string: "ten", new_string: "x" }, /read_file shows what is there/],
      [
        { path: a, old_string: "two", new_string: "x" },
        /add lines around it .* or set replace_all/,
      ],
      [
        { path: a, old_string: "three ", new_string: "x" },
        /Line 4 is the same but for white space/,
      ],
      [{ path: a, old_string: "1: one", new_string: "x" }, /without them it is in the file/],
      [{ path: a, old_string: "", new_string: "x" }, /write_file makes or fills a file/],
      [{ path: a, old_string: "one", new_string: "one" }, /give as new_string what is to stand/],
      [{ path: a, new_string: "x" }, /give old_string and new_string \(or edits\)/],
      [{ path: `${dir}/b.txt`, old_string: "one", new_string: "x" }, /did you mean "a\.txt"\?/],
    ],
    list_dir: [
      [{ directory: dir }, KNOWN('"path"')],
      [{ path: a }, /it is not a folder; read_file reads files/],
      [{ path: `${dir}/D` }, /did you mean "d"\?/],
      [{ path: dir, depth: 100 }, /"depth" must be at most 64/],
      [{ path: dir, cursor: "abc" }, /pass next_cursor as list_dir gave it/],
      [{ path: dir, recursive: true }, KNOWN('"path", "depth"')],
    ],
    search_files: [
      [{ path: `${dir}/none` }, /list_dir shows what is there/],
      [{ path: dir, query: "a" }, KNOWN('"path", "pattern", "content"')],
      [{ path: dir, content: "f(" }, /a "\(" is not closed; write "\\\(" for the character/],
      [{ path: dir, content: "(?=a)" }, /search for the line and look at its text instead/],
      [{ path: dir, content: "(a)\\1" }, /spell the text out/],
      [{ path: dir, content: "a\nb" }, /search for one of the lines/],
      [{ path: dir, pattern: "[a" }, /write "\\\[" for the character/],
      [{ path: dir, content: "a", cursor: "z" }, /leave it out to begin at the start/],
    ],
    fetch: [
      [{}, /"url" is required/],
      [{ url: "example.com" }, /must be a whole URL: .*; try "https:/],
      [{ url: "file:///etc/passwd" }, /for a file of this machine there is read_file/],
      [{ url: "http://localhost:1/" }, /unless whoever runs this server allows others with/],
      [{ url: "https://example.com", method: "LIST" }, /"method" must be one of \["GET",/],
      [{ url: "https://example.com", body: "x" }, /; try POST or PUT/],
      [{ url: "https://example.com", headers: "A: b" }, /"headers" must be an object: got "A: b"/],
    ],
    web_search: [
      [{ q: "x" }, /"query" is required.*; known are "query", "count"/],
      [{ query: "x" }, /No search provider is set on this server: whoever runs it sets /],
      [{ query: "x", count: 100 }, /"count" must be at most 20/],
      [{ query: ["x"] }, /"query" must be a string: got an array/],
      [{ query: "x", site: "y" }, KNOWN('"query", "count"')],
    ],
    systeminfo: NO_ARGUMENTS,
    ping: NO_ARGUMENTS,
  };
}

/** Of a tool that takes none, there is but one to make. */
const NO_ARGUMENTS: Mistakes = [[{ host: "x" }, /"host" is not known here; leave it out/]];

Deno.test("each tool says what to do next at the commonest mistakes", () =>
  withHost(async (host, dir) => {
    await Deno.writeTextFile(`${dir}/a.txt`, "one\ntwo\ntwo\n  three\n");
    await Deno.mkdir(`${dir}/d`);
    const tools = new Map(hostTools(host).map((tool) => [tool.name, tool]));
    const { structured } = await callTool(tools.get("shell_bg")!, { command: "true" });
    const job = structured.job_id as string;
    await callTool(tools.get("job_wait")!, { job_id: job });
    const mistakes = mistakesOf(dir, job);
    for (const [name, tool] of tools) {
      const ofTool = mistakes[name] ?? [];
      assert(
        ofTool === NO_ARGUMENTS || ofTool.length >= 5,
        `${name} has ${ofTool.length} mistakes`,
      );
      for (const [args, advice] of ofTool) {
        const { isError, text } = await callTool(tool, args);
        const what = `${name} ${JSON.stringify(args).replaceAll(dir, "")}: ${text}`;
        assertEquals(isError, true, what);
        assertMatch(text, advice, what);
        assert(!/\bat .*\.ts:\d+|undefined|\[object /.test(text), what);
      }
    }
  }));
