import type { Target } from "../target.ts";
import { answer } from "./answer.ts";
import { chunked } from "./chunked.ts";
import { connection } from "./connection.ts";
import { exchange } from "./exchange.ts";
import { facade } from "./facade.ts";
import { loadAnswers } from "./load_answers.ts";
import { responseHead } from "./response_head.ts";
import { routeTable } from "./route_table.ts";
import { targetUri } from "./target_uri.ts";

/** Everything that is fuzzed. */
export const TARGETS: readonly Target[] = [
  exchange,
  chunked,
  targetUri,
  facade,
  routeTable,
  responseHead,
  answer,
  connection,
  loadAnswers,
];
