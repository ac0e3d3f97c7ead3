import process from "node:process";

// The package is where the argument says; an application would name it.
const { serve, text } = await import(process.argv[2]);

const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
console.log((await serve(options, () => text("Hello, World!")).listening).port);
