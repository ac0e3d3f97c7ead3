const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
console.log(Deno.serve(options, () => new Response("Hello, World!")).addr.port);
