/** What the workers of the tests serve. */
import { text } from "@culvert/http";
import process from "node:process";

/** Requests that wait until the worker drains. */
let drains = () => {};
const draining = new Promise<void>((resolve) => drains = resolve);

export default async (request: Request, { url }: { readonly url: URL }) => {
  switch (url.pathname) {
    case "/held":
      await draining;
      return text("held");
    case "/throw":
      throw new Error("as it was asked");
    case "/main":
      return text(String(import.meta.main));
    default:
      return text(`${process.pid} ${await request.text()}`);
  }
};

export const onError = () => text("caught", { status: 500 });
export const onDrain = () => drains();
export const onEnd = () => console.log(`Worker ${process.pid} is done`);
