/**
 * The showcase of the `culvert` command, as its workers serve it.
 *
 * @module
 */

import type { RouteTable } from "./routing/route_table.ts";
import { makeShowcase } from "./showcase.ts";

let isReady = true;

/** Where this module is. */
export const SHOWCASE_MODULE: string = import.meta.url;

/** The routes of the command. */
const showcase: RouteTable = makeShowcase(() => isReady);
export default showcase;

/** Lets `GET /readyz` say that the worker wants no new work. */
export function onDrain(): void {
  isReady = false;
}
