/** Serves `app.ts`, or what its first argument names, with two workers, and does what signals ask. */
import { serveWorkers } from "@culvert/http/workers";
import process from "node:process";

const [module = "./app.ts", port = "0", workers = "2"] = process.argv.slice(2);
const group = serveWorkers({
  module: new URL(module, import.meta.url),
  workers: Number(workers),
  hostname: "127.0.0.1",
  port: Number(port),
});
process.on("SIGTERM", () => void group.shutdown({ deadline: 60_000 }));
process.on(
  "SIGUSR2",
  () => void group.restart({ deadline: 60_000 }).then(() => console.log("Restarted")),
);
group.listening.then(() => {
  for (const { pid } of group.workers) console.log(`Worker ${pid} serves`);
}, () => {});
try {
  await group.finished;
} catch (error) {
  console.log(`Failed: ${error}`);
  process.exitCode = 9;
}
