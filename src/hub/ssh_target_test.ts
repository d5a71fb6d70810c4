import { assertEquals, assertStringIncludes } from "@std/assert";
import { sshTargetProblem } from "./ssh_target.ts";

Deno.test("sshTargetProblem() takes hosts, users and ports", () => {
  for (
    const target of [
      "pi5",
      "pi5.lan",
      "me@pi5.lan",
      "first.last+x@10.0.0.7",
      "ssh://me@pi5:2222",
      "ssh://[::1]:22",
      "me@[fe80::1%eth0]",
      "fe80::1",
      "my_alias",
    ]
  ) assertEquals(sshTargetProblem(target), undefined, target);
});

Deno.test("sshTargetProblem() refuses what could be an option or a part of a command", () => {
  assertStringIncludes(sshTargetProblem("-oProxyCommand=x") ?? "", "not an option");
  for (
    const target of [
      "me@-oProxyCommand=x",
      "a b",
      "a;b",
      "$(id)",
      "`id`",
      "a|b",
      "a'b",
      'a"b',
      "a%hb",
      "a\nb",
      "a/b",
      "",
      "ssh://-x",
      "@host",
    ]
  ) assertStringIncludes(sshTargetProblem(target) ?? "", "ssh must be", target);
});
