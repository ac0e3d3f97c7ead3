/** Hooks of an application that are at fault themselves. */
import { text } from "../../../mod.ts";
import { hostileProxy } from "./faults.ts";

type OnError = (error: unknown) => Response | Promise<Response>;

/** What an `onError` may do. */
export const ON_ERROR: Readonly<Record<string, OnError>> = {
  "answers": () => text("failed", { status: 500 }),
  "throws": () => {
    throw new Error("of onError");
  },
  "rejects": () => Promise.reject(new Error("of onError")),
  "throws nothing": () => {
    throw undefined;
  },
  "throws a hostile proxy": () => {
    throw hostileProxy();
  },
  "gives no response": () => undefined as unknown as Response,
  "gives a hostile proxy": () => hostileProxy() as Response,
  "gives what cannot be sent": () =>
    new Response("too long", { headers: { "content-length": "1" } }),
  "gives a stream that errs": () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("late")) })),
  "never answers": () => new Promise(() => {}),
};

/** What an `onRefusal` may do. */
export const ON_REFUSAL: Readonly<Record<string, () => void>> = {
  "throws": () => {
    throw new Error("of onRefusal");
  },
  "throws a hostile proxy": () => {
    throw hostileProxy();
  },
  "rejects": () => Promise.reject(new Error("of onRefusal")) as unknown as void,
};
