import type { Address, Context, Handler, Middleware } from "../handler.ts";
import { html, json, text } from "../known_response.ts";
import { rateLimit } from "../middleware/rate_limit.ts";
import { staticFiles } from "../middleware/static_files.ts";
import { type RouteEntry, routes, type RouteTable } from "../routing/route_table.ts";
import { type PageRoute, renderPage } from "./page.ts";

/** What the showcase is made of. */
export interface ShowcaseOptions {
  /** Asked at each `GET /readyz`. */
  readonly isReady: () => boolean;
  /** Requests a second that one address may make on `/users/*` and `/echo`; 0 for any number. */
  readonly limit: number;
  /** Folder that is served under `/files/`; none where absent. */
  readonly folder?: string;
  /** Answers a scrape; none where absent. */
  readonly metrics?: Handler;
  /** Learns what is admitted and refused, by which policy. */
  readonly onDecision?: (outcome: string, policy: string) => void;
}

/** What the page says of a route, and how to try it. */
interface Note {
  readonly about: string;
  /** A target that the route answers; its pattern where absent. */
  readonly target?: string;
  /** What curl needs before the URL. */
  readonly flags?: readonly string[];
}

const NOTES: Readonly<Record<string, Note>> = {
  "GET /": { about: "This page, made from the route table itself.", flags: ["-i"] },
  "GET /users/:user_id": {
    about: "A typed parameter, decoded once. Limited, by default to 100 a second and address.",
    target: "/users/42",
  },
  "GET /echo": {
    about: "Your query and your client, as received.",
    target: "/echo?a=1",
  },
  "POST /echo": {
    about: "The same; your content is read to its last octet, and dropped.",
    target: "/echo?a=1",
    flags: ["-d", "hi"],
  },
  "GET /files/*": {
    about: "The files of a folder (--dir): ranges, conditions, and listings.",
    target: "/files/",
  },
  "GET /metrics": { about: "What was counted, for Prometheus." },
  "GET /healthz": { about: "Whether the process is alive." },
  "GET /readyz": { about: "Whether it takes new work; 503 while it drains.", flags: ["-i"] },
};

const FILES = { listing: true, cacheControl: "no-cache", precompressed: true };

const PAGE_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
};

/** Makes the routes of the `culvert` command. */
export function makeShowcase(options: ShowcaseOptions): RouteTable {
  const { isReady, folder, metrics } = options;
  const use = limits(options);
  const table: RouteTable = routes({
    "GET /": home,
    "GET /users/:user_id": {
      use,
      handler: (_request, { params }) => json({ id: params.user_id, status: "active" }),
    },
    "GET /echo": { use, handler: echo },
    "POST /echo": {
      use,
      handler: async (request, context) => {
        // An answer before the end of the content would cut off a client that still sends it.
        await request.arrayBuffer();
        return echo(request, context);
      },
    },
    ...(folder !== undefined && { "GET /files/*": staticFiles(folder, FILES) }),
    ...(metrics !== undefined && { "GET /metrics": metrics }),
    "GET /healthz": () => text("ok\n"),
    "GET /readyz": () => isReady() ? text("ready\n") : text("draining\n", { status: 503 }),
  });
  return table;

  function home(request: Request, context: Context): Response {
    const facts = factsOf(request, context);
    const list = table.entries().map((entry) => toPageRoute(entry, context.url.origin));
    return html(renderPage(facts, list), { headers: PAGE_HEADERS });
  }
}

/** One limit for all routes that have it. */
function limits({ limit, onDecision }: ShowcaseOptions): readonly Middleware[] {
  if (limit === 0) return [];
  const policies = [{ name: "per-address", limit, window: 1_000 }];
  return [rateLimit({
    policies,
    onDecision: ({ outcome, policy = "none" }) => onDecision?.(outcome, policy),
  })];
}

function echo(request: Request, { url }: Context): Response {
  return json({
    received_query: Object.fromEntries(url.searchParams),
    client_agent: request.headers.get("user-agent") ?? "Unknown",
  });
}

/** What the server knows of a request. */
function factsOf(request: Request, { url, route, remoteAddr }: Context): [string, string][] {
  return [
    ["Target", url.pathname + url.search],
    ["Route", route ?? "none"],
    ["Client", showAddress(remoteAddr)],
    ["Agent", request.headers.get("user-agent") ?? "Unknown"],
  ];
}

function showAddress(address: Address): string {
  return address.transport === "tcp" ? `${address.hostname} port ${address.port}` : address.path;
}

function toPageRoute({ key, method = "any", pattern }: RouteEntry, origin: string): PageRoute {
  const { about, target = pattern, flags = [] } = NOTES[key];
  const command = ["curl", ...flags, quote(origin + target)].join(" ");
  return { method, pattern, about, command, link: method === "GET" ? target : undefined };
}

/** A word of a shell's command line. */
function quote(word: string): string {
  return /^[\w.:/[\]-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
