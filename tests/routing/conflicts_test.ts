import { assertStringIncludes, assertThrows } from "../assert.ts";
import { NotedTable } from "./tables.ts";

const CONFLICTS: [a: string, b: string][] = [
  ["GET /:a", "GET /:b"],
  ["/:a", "/:b"],
  ["GET /a%62", "GET /ab"],
  ["GET /:a(\\d+)", "GET /:b(\\d+)"],
  ["GET /x-:a.:b", "GET /x-:b.:a"],
  ["GET /:a+", "GET /:b+"],
  ["GET /:a*/x", "GET /:b+/x"],
  ["GET /x/:a?", "GET /x"],
  ["GET /x/:a?", "GET /x/:b"],
  ["GET /x/:a(\\d+)?", "GET /x/:b(\\w+)?"],
  ["GET /:a/:b?", "GET /:c/:d"],
];

for (const [a, b] of CONFLICTS) {
  Deno.test(`routes() refuses ${a} beside ${b}`, () => {
    for (const keys of [[a, b], [b, a]]) {
      const { message } = assertThrows(() => new NotedTable(keys), TypeError);
      for (const key of keys) assertStringIncludes(message, `"${key}"`);
    }
  });
}

const NEIGHBOURS: [a: string, b: string][] = [
  ["GET /:a", "POST /:b"],
  ["GET /:a", "/:b"],
  ["GET /:a", "GET /:b+"],
  ["GET /:a(\\d+)", "GET /:b([0-9]+)"],
  ["GET /:a(\\d)%28x%29:b", "GET /:a%28x%29:b(\\d)"],
  ["GET /a", "GET /a/"],
  ["GET /a", "GET /A"],
  ["GET /a%2Fb", "GET /a/b"],
  ["GET /:a?", "GET /:b(\\d+)?"],
  ["GET /:a?/:b?", "GET /*"],
];

for (const [a, b] of NEIGHBOURS) {
  Deno.test(`routes() takes ${a} beside ${b}`, () => {
    new NotedTable([a, b]);
    new NotedTable([b, a]);
  });
}
