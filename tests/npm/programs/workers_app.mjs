// What the workers of workers_checks.mjs serve.
import { json, text } from "@culvert/http";
import { setTimeout } from "node:timers/promises";

export default async (request, { url }) => {
  if (url.pathname === "/slow") await setTimeout(200);
  if (url.pathname === "/end") process.exit(3);
  if (url.pathname === "/throw") throw new Error("as it was asked");
  return request.method === "POST" ? text(await request.text()) : json(process.pid);
};

export const onError = () => text("caught", { status: 500 });
