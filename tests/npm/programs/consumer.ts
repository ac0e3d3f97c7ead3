// Compiled as a project would that uses the package.
import {
  type Context,
  type Handler,
  json,
  type Middleware,
  mount,
  type NetAddress,
  routes,
  type RunningServer,
  serve,
  text,
} from "@culvert/http";
import { main } from "@culvert/http/cli";

const stamp: Middleware = (next) => async (request, context) => {
  const response = await next(request, context);
  response.headers.set("x-route", context.route ?? "none");
  return response;
};

const api = routes({
  "GET /": () => text("Hello, World!"),
  "GET /orgs/:org/repos/:repo?": (_request, { params }) => {
    const org: string = params.org;
    const repo: string | undefined = params.repo;
    return json({ org, repo });
  },
  ...mount("/v1", routes({ "PUT /users/:id": async (request) => json(await request.json()) })),
}, { use: [stamp] });

// @ts-expect-error There is no such parameter.
routes({ "GET /:id": (_request, { params }) => text(params.name) });

const fallback: Handler = (_request: Request, context: Context) => text(context.url.pathname);
const server: RunningServer = serve({ port: 0, limits: { content: 1_000 } }, api);
const address = await server.listening as NetAddress;
const codes: number[] = [address.port, await main(["--version"])];
await server.shutdown({ deadline: 0 });
export { codes, fallback };
