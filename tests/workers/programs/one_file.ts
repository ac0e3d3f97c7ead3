/** Supervisor and application in one file. */
import { serveWorkers } from "@culvert/http/workers";

export default () => new Response("one file");

if (import.meta.main) {
  serveWorkers({ module: import.meta.url, workers: 2, hostname: "127.0.0.1", port: 0 });
}
