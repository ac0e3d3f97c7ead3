/** Whether an attack that does harm would be noticed. */
import { AssertionError, assertRejects } from "../assert.ts";
import { attack, type AttackPlan, crowd } from "./attack.ts";

const CLIENTS = 50;
const CONTENT = "x".repeat(30_000);

const HARMFUL: [what: string, plan: AttackPlan, message: string][] = [
  [
    "what the server keeps of its clients",
    {
      attack: async (target) => {
        await crowd(CLIENTS, () => target.connect(), async (client) => {
          await client.send(
            `POST /keep HTTP/1.1\r\nHost: a\r\nContent-Length: ${CONTENT.length}\r\n\r\n${CONTENT}`,
          );
          await client.response();
        });
      },
    },
    "octets more in use",
  ],
  [
    "a refusal that nobody foresaw",
    {
      attack: async (target) => {
        await crowd(1, () => target.connect(), async (client) => {
          await client.send("no request\r\n");
          await client.response();
        });
      },
    },
    "malformed-request-line",
  ],
];

for (const [what, plan, message] of HARMFUL) {
  Deno.test(`an attack test fails over ${what}`, async () => {
    await assertRejects(() => attack(plan), AssertionError, message);
  });
}
