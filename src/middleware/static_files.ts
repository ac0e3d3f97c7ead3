/**
 * Files of a folder, for a route that ends in a wildcard: validators and conditions, ranges,
 * files that were compressed beforehand, index pages and listings. Nothing outside the folder is
 * ever read.
 *
 * ```ts ignore
 * import { routes, serve } from "@culvert/http";
 * import { staticFiles } from "@culvert/http/static-files";
 *
 * serve(routes({ "GET /*": staticFiles("public") }));
 * ```
 *
 * @module
 */
import type { Handler } from "../handler.ts";
import { FileSite } from "./static_files/file_site.ts";
import {
  type FileCoding,
  resolveOptions,
  resolveRoot,
  type StaticFilesOptions,
} from "./static_files/options.ts";

export type { FileCoding, StaticFilesOptions };

/**
 * Answers with the files of a folder.
 *
 * Behind a route that ends in a wildcard (`/assets/*`) the path below the root is what that matched;
 * without one it is the whole path of the URL. A repeated parameter (`:path+`) does the same for
 * files, but matches no path that ends in a slash, so that it gives no index. `root` is a path, relative to the
 * working directory, or a URL of scheme `file`; its links are followed at each request.
 *
 * Small files are read at once; others are streamed, each with 256 KiB in memory.
 * Errors of the file system other than those of names, permissions and too many open files are
 * thrown, to the server's `onError`.
 *
 * @throws {TypeError} when the root, or an option, is of the wrong kind or unknown.
 *
 * @example
 * ```ts
 * import { routes } from "@culvert/http";
 * import { staticFiles } from "@culvert/http/static-files";
 * import { assertEquals } from "@std/assert";
 *
 * const site = routes({ "GET /source/*": staticFiles("src") });
 *
 * const response = await site.fetch(new Request("http://localhost/source/handler.ts"));
 * assertEquals(response.status, 200);
 * assertEquals(response.headers.get("accept-ranges"), "bytes");
 * await response.body?.cancel();
 *
 * const outside = await site.fetch(new Request("http://localhost/source/..%2fdeno.json"));
 * assertEquals(outside.status, 404);
 * ```
 */
export function staticFiles(root: string | URL, options: StaticFilesOptions = {}): Handler {
  const site = new FileSite(resolveRoot(root), resolveOptions(options));
  return (request, context) => site.answer(request, context);
}
