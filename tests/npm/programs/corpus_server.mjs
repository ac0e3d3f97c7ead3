// Serves what the corpus is answered with; see ../on_node.ts.
import { serve, text } from "@culvert/http";

serve({
  hostname: "127.0.0.1",
  port: 0,
  onError: () => text("failed", { status: 500 }),
}, async (request) => text(`${request.url} ${await request.text()}`));
