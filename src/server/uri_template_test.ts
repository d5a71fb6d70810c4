import { assertEquals, assertThrows } from "@std/assert";
import { expandTemplate, parseTemplate, type TemplateValue } from "./uri_template.ts";

// The variables and the expansions of RFC 6570, sections 3.2.2 to 3.2.9 (without keyed lists).
const VALUES: { readonly [name: string]: TemplateValue } = {
  count: ["one", "two", "three"],
  dom: ["example", "com"],
  dub: "me/too",
  hello: "Hello World!",
  half: "50%",
  var: "value",
  who: "fred",
  base: "http://example.com/home/",
  path: "/foo/bar",
  list: ["red", "green", "blue"],
  v: "6",
  x: "1024",
  y: "768",
  empty: "",
  empty_list: [],
  nothing: null,
};

const EXPANSIONS: readonly (readonly [template: string, uri: string])[] = [
  ["{var}", "value"],
  ["{hello}", "Hello%20World%21"],
  ["{half}", "50%25"],
  ["O{empty}X", "OX"],
  ["O{undef}X", "OX"],
  ["O{nothing}X", "OX"],
  ["{x,y}", "1024,768"],
  ["{x,hello,y}", "1024,Hello%20World%21,768"],
  ["?{x,empty}", "?1024,"],
  ["?{x,undef}", "?1024"],
  ["?{undef,y}", "?768"],
  ["{var:3}", "val"],
  ["{var:30}", "value"],
  ["{list}", "red,green,blue"],
  ["{list*}", "red,green,blue"],
  ["{+var}", "value"],
  ["{+hello}", "Hello%20World!"],
  ["{+half}", "50%25"],
  ["{base}index", "http%3A%2F%2Fexample.com%2Fhome%2Findex"],
  ["{+base}index", "http://example.com/home/index"],
  ["O{+empty}X", "OX"],
  ["{+path}/here", "/foo/bar/here"],
  ["here?ref={+path}", "here?ref=/foo/bar"],
  ["up{+path}{var}/here", "up/foo/barvalue/here"],
  ["{+x,hello,y}", "1024,Hello%20World!,768"],
  ["{+path,x}/here", "/foo/bar,1024/here"],
  ["{+path:6}/here", "/foo/b/here"],
  ["{+list*}", "red,green,blue"],
  ["{#var}", "#value"],
  ["{#hello}", "#Hello%20World!"],
  ["foo{#empty}", "foo#"],
  ["foo{#undef}", "foo"],
  ["{#path,x}/here", "#/foo/bar,1024/here"],
  ["{#list*}", "#red,green,blue"],
  ["{.who}", ".fred"],
  ["{.half,who}", ".50%25.fred"],
  ["www{.dom*}", "www.example.com"],
  ["X{.empty}", "X."],
  ["X{.empty_list}", "X"],
  ["X{.list}", "X.red,green,blue"],
  ["{/who}", "/fred"],
  ["{/half,who}", "/50%25/fred"],
  ["{/who,dub}", "/fred/me%2Ftoo"],
  ["{/var,empty}", "/value/"],
  ["{/var,undef}", "/value"],
  ["{/var:1,x}", "/v/1024"],
  ["{/list*}", "/red/green/blue"],
  ["{;who}", ";who=fred"],
  ["{;half}", ";half=50%25"],
  ["{;empty}", ";empty"],
  ["{;v,empty,who}", ";v=6;empty;who=fred"],
  ["{;hello:5}", ";hello=Hello"],
  ["{;list}", ";list=red,green,blue"],
  ["{;list*}", ";list=red;list=green;list=blue"],
  ["{?who}", "?who=fred"],
  ["{?x,y,empty}", "?x=1024&y=768&empty="],
  ["{?x,y,undef}", "?x=1024&y=768"],
  ["{?list*}", "?list=red&list=green&list=blue"],
  ["?fixed=yes{&x}", "?fixed=yes&x=1024"],
  ["{&var:3}", "&var=val"],
];

Deno.test("expandTemplate() writes what RFC 6570 says when given its examples", () => {
  for (const [template, uri] of EXPANSIONS) {
    assertEquals(expandTemplate(template, VALUES), uri, template);
  }
});

Deno.test("expandTemplate() keeps what is encoded already when the operator is +", () => {
  assertEquals(expandTemplate("{+a}", { a: "x%20y é%zz" }), "x%20y%20%C3%A9%25zz");
});

Deno.test("expandTemplate() writes numbers and booleans", () => {
  assertEquals(expandTemplate("{a}{?b}", { a: 5, b: false }), "5?b=false");
});

Deno.test("expandTemplate() never takes a value from the prototype", () => {
  assertEquals(expandTemplate("x{/toString}", {}), "x");
});

Deno.test("expandTemplate() names the variable when its value cannot be written", () => {
  const value = { a: { b: 1 } } as unknown as { a: string };
  assertThrows(
    () => expandTemplate("{a}", value),
    TypeError,
    'Value of "a" must be a string or a list of them: got an object',
  );
});

Deno.test("parseTemplate() gives text and expressions in order", () => {
  assertEquals(parseTemplate("a://{x,y*}/b{?z:3}"), [
    "a://",
    {
      operator: "",
      variables: [
        { name: "x", explode: false, prefix: undefined },
        { name: "y", explode: true, prefix: undefined },
      ],
    },
    "/b",
    { operator: "?", variables: [{ name: "z", explode: false, prefix: 3 }] },
  ]);
});

const BROKEN: readonly (readonly [template: string, rule: string])[] = [
  ["a://{x", 'must close each "{": got "{x"'],
  ["a://x}", 'must have "}" percent-encoded'],
  ["a://{}", 'must name variables with letters, digits and "_": got "{}"'],
  ["a://{x,}", 'must name variables with letters, digits and "_"'],
  ["a://{x y}", 'must name variables with letters, digits and "_"'],
  ["a://{x:0}", 'must name variables with letters, digits and "_"'],
  ["a://{=x}", "must have an operator of + # . / ; ? & or none"],
  ["a://{x}/{x}", 'must name "x" only once'],
  ["a://a b/{x}", 'must have " " percent-encoded'],
  ["a://é/{x}", 'must have "é" percent-encoded'],
  ["a://%zz/{x}", 'must have "%" percent-encoded'],
];

Deno.test("parseTemplate() names the rule that a template breaks", () => {
  for (const [template, rule] of BROKEN) {
    assertThrows(() => parseTemplate(template), TypeError, rule, template);
  }
});
