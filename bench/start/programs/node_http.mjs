import { createServer } from "node:http";

const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/plain", "content-length": 13 });
  response.end("Hello, World!");
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
