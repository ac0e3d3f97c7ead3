import { PATIENCE, Patience } from "../../src/web/patience.ts";
import { assertEquals } from "../assert.ts";

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined;
}

Deno.test("Patience is lost once what is waited for did not come for some turns", async () => {
  let lost = 0;
  const patience = new Patience(() => lost++);
  patience.begin();
  await turns(PATIENCE - 4);
  assertEquals(lost, 0);
  await turns(6);
  assertEquals(lost, 1);
  await turns(3 * PATIENCE);
  assertEquals(lost, 1);
});

Deno.test("Patience is not lost over what comes in time", async () => {
  let lost = 0;
  const patience = new Patience(() => lost++);
  for (let i = 0; i < 100; i++) {
    patience.begin();
    await turns(3);
    patience.end();
  }
  await turns(2 * PATIENCE);
  assertEquals(lost, 0);
});

Deno.test("Patience begins anew for what is waited for next", async () => {
  let lost = 0;
  const patience = new Patience(() => lost++);
  patience.begin();
  await turns(5);
  patience.end();
  patience.begin();
  await turns(5);
  assertEquals(lost, 0);
  await turns(PATIENCE);
  assertEquals(lost, 1);
});
