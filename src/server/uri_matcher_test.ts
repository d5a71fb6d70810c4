import { assert, assertEquals, assertThrows } from "@std/assert";
import { compileTemplate, type UriVariables } from "./uri_matcher.ts";
import { expandTemplate, type TemplateValue } from "./uri_template.ts";

type Row = readonly [template: string, uri: string, variables: UriVariables | undefined];

const MATCHES: readonly Row[] = [
  // Plain variables.
  ["test://template/{id}/data", "test://template/123/data", { id: "123" }],
  ["test://template/{id}/data", "test://template/a%2Fb/data", { id: "a/b" }],
  ["test://template/{id}/data", "test://template/a b@c:é/data", { id: "a b@c:é" }],
  ["test://template/{id}/data", "test://template//data", undefined],
  ["test://template/{id}/data", "test://template/1/2/data", undefined],
  ["test://template/{id}/data", "test://template/1/data/", undefined],
  ["test://template/{id}/data", "TEST://template/1/data", undefined],
  ["a://{x}", "a://x?y", undefined],
  ["a://{x}", "a://x#y", undefined],
  ["a://{x}", "a://%zz", undefined],
  ["a://{x}", "a://%ff", undefined],
  ["a://{x}", "a://", undefined],
  ["a://{x,y}", "a://1,2", { x: "1", y: "2" }],
  ["a://{x,y}", "a://1", undefined],
  ["a://{x}-{y}", "a://1-2-3", { x: "1-2", y: "3" }],
  ["a://{x}/{y}", "a://1/2", { x: "1", y: "2" }],
  ["a://{x*}", "a://1,2%2C3", { x: ["1", "2,3"] }],
  ["a://{x}", "a://1,2", { x: "1,2" }],
  ["a://{name}.{ext}", "a://x.tar.gz", { name: "x.tar", ext: "gz" }],
  ["a://{__proto__}", "a://x", JSON.parse('{"__proto__":"x"}')],
  // Reserved characters.
  ["file:///{+path}", "file:///a/b%20c.txt", { path: "a/b c.txt" }],
  ["file:///{+path}", "file:///", undefined],
  ["a://{+path}/{name}", "a://x/y/z", { path: "x/y", name: "z" }],
  ["a://{+path}{?q}", "a://x/y?q=1", { path: "x/y", q: "1" }],
  ["a://{+path}{?q}", "a://x/y", { path: "x/y" }],
  ["a://{+x,y}", "a://1,2,3", { x: "1,2", y: "3" }],
  // Fragments, labels and path segments.
  ["a://x{#f}", "a://x#a/b", { f: "a/b" }],
  ["a://x{#f}", "a://x", {}],
  ["a://x{#f}", "a://x#", { f: "" }],
  ["a://{n}{.ext}", "a://x.tar.gz", { n: "x.tar", ext: "gz" }],
  ["a://{n}{.ext}", "a://x", { n: "x" }],
  ["a://www{.dom*}", "a://www.example.com", { dom: ["example", "com"] }],
  ["a://x{/a,b}", "a://x/1/2", { a: "1", b: "2" }],
  ["a://x{/a,b}", "a://x/1", { a: "1" }],
  ["a://x{/a,b}", "a://x", {}],
  ["a://x{/a,b}", "a://x/1/2/3", undefined],
  ["a://x{/a,b}/end", "a://x/1/end", { a: "1" }],
  ["a://x{/path*}", "a://x/1/2%2F3/4", { path: ["1", "2/3", "4"] }],
  ["a://x{/path*}{/name}", "a://x/1/2/3", { path: ["1", "2"], name: "3" }],
  // Named values, in any order.
  ["a://x{?q,page}", "a://x?q=1&page=2", { q: "1", page: "2" }],
  ["a://x{?q,page}", "a://x?page=2&q=1", { page: "2", q: "1" }],
  ["a://x{?q,page}", "a://x?page=2", { page: "2" }],
  ["a://x{?q,page}", "a://x", {}],
  ["a://x{?q,page}", "a://x?q=1&other=2", undefined],
  ["a://x{?q,page}", "a://x?q=1&q=2", undefined],
  ["a://x{?q,page}", "a://x?q=1&", undefined],
  ["a://x{?q,page}", "a://x?", undefined],
  ["a://x{?q,page}", "a://x?qq=1", undefined],
  ["a://x{?q,page}", "a://x?q", { q: "" }],
  ["a://x{?q}", "a://x?q=a%26b=c/d?e", { q: "a&b=c/d?e" }],
  ["a://x{?tag*}", "a://x?tag=1&tag=2", { tag: ["1", "2"] }],
  ["a://x{?tag*}", "a://x?tag=1", { tag: ["1"] }],
  ["a://x?v=1{&q}", "a://x?v=1&q=2", { q: "2" }],
  ["a://x?v=1{&q}", "a://x?v=1", {}],
  ["a://x{?a}{&b}", "a://x?b=1&a=2", { b: "1", a: "2" }],
  ["a://x{?a}{#f}", "a://x?a=1#z", { a: "1", f: "z" }],
  ["a://x{;p,q}/y", "a://x;q=1;p/y", { q: "1", p: "" }],
  ["a://x{;p,q}/y", "a://x/y", {}],
  ["a://x{;p*}{?q}", "a://x;p=1;p=2?q=3", { p: ["1", "2"], q: "3" }],
];

Deno.test("match() gives the values with which a template writes a URI", () => {
  for (const [template, uri, variables] of MATCHES) {
    assertEquals(compileTemplate(template).match(uri), variables, `${template} on ${uri}`);
  }
});

Deno.test("match() gives back what expandTemplate() wrote", () => {
  const rows: readonly [string, { readonly [name: string]: TemplateValue }][] = [
    ["a://{x}/{y}", { x: "ü/ %", y: "?#&=" }],
    ["a://{+p}{?q,r*}", { p: "a/b", q: "1&2", r: ["x", "y="] }],
    ["a://h{/p*}{.ext}{#f}", { p: ["1", "", "é"], ext: "txt", f: "top/left" }],
    ["a://h{;a,b}/z{?c}{&d}", { a: "1;2", b: "", c: "3", d: "4" }],
  ];
  for (const [template, values] of rows) {
    const uri = expandTemplate(template, values);
    assertEquals(compileTemplate(template).match(uri), values as UriVariables, uri);
  }
});

Deno.test("compileTemplate() gives the names of the variables in order", () => {
  assertEquals(compileTemplate("a://{x,y}{/z*}{?q}{&r}").variables, ["x", "y", "z", "q", "r"]);
});

Deno.test("compileTemplate() names the rule that makes a template useless for matching", () => {
  const rows: readonly (readonly [template: string, rule: string])[] = [
    ["a://x", 'must have a variable, such as {id}: got "a://x"'],
    ["a://{x}{y}", 'must have text between "x" and the next variable'],
    ["a://x{/y}{z}", 'must have text between "y" and the next variable'],
    ["a://{x:3}", "must have whole values to be matched: got {x:3}"],
    ["a://x{?a}b", "must end after {?...}, or go on with one of #"],
    ["a://x{;a}b", "must end after {;...}, or go on with one of / ? #"],
    ["a://x{?a}{b}", "must end after {?...}"],
    [`a://${Array.from({ length: 51 }, (_, at) => `{v${at}}`).join("/")}`, "at most 50 variables"],
  ];
  for (const [template, rule] of rows) {
    assertThrows(() => compileTemplate(template), TypeError, rule, template);
  }
});

Deno.test("match() takes time in proportion to the URI when the template is hostile to search", () => {
  const many = Array.from({ length: 40 }, (_, at) => `{+v${at}}`).join("a");
  const rows: readonly (readonly [template: string, uri: string])[] = [
    [`a://${many}!{+last}`, "a".repeat(8_188)],
    ["a://{+x}{?q*}{#f}", "?q=&q=".repeat(1_365) + "&"],
    ["a://{+x}{;q*}/{+y}", ";q=".repeat(2_700)],
    ["a://{+x}{/p*}{/q}!{+y}", "/".repeat(8_188)],
  ];
  for (const [template, rest] of rows) {
    const { match } = compileTemplate(template);
    const before = performance.now();
    const found = match(`a://${rest}`);
    const elapsed = performance.now() - before;
    assertEquals(found, template.endsWith("{#f}") ? { x: rest } : undefined);
    assert(elapsed < 500, `${template} took ${elapsed} ms`);
  }
});
