import { type NetAddress, serve, text } from "@culvert/http";

const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
console.log((serve(options, () => text("Hello, World!")).addr as NetAddress).port);
