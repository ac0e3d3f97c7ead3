/** Serves plaintext on Node, in the way that the argument names, and prints the port. */
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import process from "node:process";

const HELLO = "Hello, World!";
const [contestant, build] = process.argv.slice(2);

/** What every contestant of the floor answers, whatever it was asked. */
const ANSWER = Buffer.from(
  "HTTP/1.1 200 OK\r\ncontent-type: text/plain;charset=UTF-8\r\ncontent-length: 13\r\n" +
    `date: ${new Date().toUTCString()}\r\n\r\n${HELLO}`,
);

const CONTESTANTS = {
  /** The floor: one read, one write, no HTTP. */
  "node:net": () =>
    listen(createServer({ noDelay: true }, (socket) => {
      socket.on("data", () => socket.write(ANSWER));
      socket.on("error", () => socket.destroy());
    })),
  "node:http": () =>
    listen(createHttpServer((_request, response) => {
      response.setHeader("Content-Type", "text/plain;charset=UTF-8");
      response.setHeader("Content-Length", HELLO.length);
      response.end(HELLO);
    })),
  "Culvert on Node": async () => {
    const { serve, text } = await import(build);
    const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
    return (await serve(options, () => text(HELLO)).listening).port;
  },
};

console.log(await CONTESTANTS[contestant]());

/** Listens on a free port, and gives it. */
function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}
