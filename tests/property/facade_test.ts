import fc from "fast-check";
import { assertEquals } from "../assert.ts";
import { ask, QUESTIONS } from "../web/questions.ts";
import { hasJoinedEmptyValue, lazyRequest, nativeRequest, receive } from "../web/requests.ts";
import { cuts, divide, message } from "./messages.ts";

/** Messages of which a platform's request can be made: it gives some methods another case. */
const representable = message.filter((wire) =>
  !/^(?:\r\n)*(?:get|post|put|head|options|delete|connect|trace|track) /i.test(wire) ||
  /^(?:\r\n)*(?:GET|POST|PUT|HEAD|OPTIONS|DELETE) /.test(wire)
);

const questions = fc.array(fc.constantFrom(...Object.keys(QUESTIONS)), {
  minLength: 1,
  maxLength: 5,
});

Deno.test("LazyRequest answers any questions as the platform's Request does", async () => {
  await fc.assert(
    fc.asyncProperty(
      representable,
      cuts,
      fc.record({ later: fc.boolean(), scheme: fc.constantFrom("http", "https") }),
      questions,
      async (wire, cuts, terms, questions) => {
        const received = receive(...divide(wire, cuts));
        fc.pre(!hasJoinedEmptyValue(received.head.fields));
        const expected = await ask(nativeRequest(received, terms), questions);
        assertEquals(await ask(lazyRequest(received, terms), questions), expected);
      },
    ),
    { numRuns: 400 },
  );
});
