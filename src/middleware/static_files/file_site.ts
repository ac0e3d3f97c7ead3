import { closeSync, existsSync } from "node:fs";
import type { Context } from "../../handler.ts";
import { redirect, text } from "../../known_response.ts";
import { chooseCoding } from "../content_coding.ts";
import { answerWithFile } from "./file_answer.ts";
import { isRefused, segmentsBelow } from "./file_names.ts";
import { answerWithListing } from "./listing.ts";
import type { Settings } from "./options.ts";
import { describeFile, isSettled, type Representation, varying } from "./representation.ts";
import { type FoundFolder, type OpenFile, RootFolder } from "./root_folder.ts";

/** What a name leads to. */
type Found = OpenFile<Representation> | FoundFolder | undefined;

/** A response; a promise of one only where a folder is listed, or the user's handler gives one. */
type Answer = Response | Promise<Response>;

/** What errors of the file system mean to a client; all others are the server's own. */
const STATUS_BY_CODE: Readonly<Record<string, 403 | 404 | 503>> = {
  ENOENT: 404,
  ENOTDIR: 404,
  EISDIR: 404,
  ELOOP: 404,
  ENAMETOOLONG: 404,
  EINVAL: 404,
  // A socket, or a device without a driver.
  ENXIO: 404,
  ENODEV: 404,
  EACCES: 403,
  EPERM: 403,
  EMFILE: 503,
  ENFILE: 503,
};

/** Extensions of files that were compressed, by their coding. */
const EXTENSIONS: Readonly<Record<string, string>> = { br: ".br", zstd: ".zst", gzip: ".gz" };

/** The files below a root, and how they answer. */
export class FileSite {
  readonly #settings: Settings;
  readonly #root: RootFolder<Representation>;

  /** Serves the files below an absolute path. */
  constructor(root: string, settings: Settings) {
    this.#settings = settings;
    this.#root = new RootFolder(root, {
      describe: (name, variant, state) => describeFile(name, variant, state, settings),
      isSettled: (state) => isSettled(state, settings.now()),
    });
  }

  /** Answers a request; the context is absent where no server of ours received it. */
  answer(request: Request, context: Context | undefined): Answer {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return text("Method not allowed", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const segments = segmentsBelow(request, context);
    if (segments === undefined) return text("Bad request", { status: 400 });
    return this.#guard(
      () => this.#find(request, segments) ?? this.#missing(request, context),
      () => this.#guard(() => this.#missing(request, context), notFound),
    );
  }

  #find(request: Request, segments: readonly string[]): Answer | undefined {
    const isFolder = segments.at(-1) === "";
    const names = isFolder ? segments.slice(0, -1) : segments;
    if (isRefused(names, this.#settings.dotfiles)) return undefined;
    const name = names.join("/");
    if (isFolder) return this.#showFolder(request, name);
    const found = this.#open(request, name);
    if (found?.kind === "file") return answerWithFile(request, found, this.#settings.now);
    // Nobody learns of a folder that has nothing to show.
    if (found === undefined || !this.#hasPage(name)) return undefined;
    return redirect(withSlash(request.url), 308);
  }

  #showFolder(request: Request, name: string): Answer | undefined {
    const { index, listing, now } = this.#settings;
    const page = index && ifThere(() => this.#open(request, below(name, index)));
    if (page && page.kind === "file") return answerWithFile(request, page, now);
    const folder = listing ? this.#root.locate(this.#root.pathOf(name)) : undefined;
    if (!folder?.stats.isDirectory()) return undefined;
    return answerWithListing(request, folder.path, name !== "", {
      isShown: (entry) => !isRefused(below(name, entry).split("/"), this.#settings.dotfiles),
      locate: (path) => this.#root.locate(path),
    });
  }

  /** Whether a folder has an index, or would be listed. */
  #hasPage(name: string): boolean {
    const { index, listing } = this.#settings;
    if (listing) return true;
    const page = index && ifThere(() => this.#root.locate(this.#root.pathOf(below(name, index))));
    return page ? page.stats.isFile() : false;
  }

  /** Opens a file in the coding that the client wants most, of those that lie beside it. */
  #open(request: Request, name: string): Found {
    const plain = this.#root.open(name);
    const { codings } = this.#settings;
    if (codings.length === 0 || plain?.kind !== "file") return plain;
    const coded = this.#openCoded(request, name);
    if (coded === undefined) return plain;
    closeSync(plain.descriptor);
    return coded;
  }

  #openCoded(request: Request, name: string): OpenFile<Representation> | undefined {
    const accepted = request.headers.get("accept-encoding");
    if (accepted === null) return undefined;
    const offered = this.#settings.codings.filter((coding) =>
      existsSync(this.#root.pathOf(name + EXTENSIONS[coding]))
    );
    const coding = chooseCoding(accepted, offered);
    if (coding === "identity") return undefined;
    try {
      const found = this.#root.open(name, EXTENSIONS[coding]);
      return found?.kind === "file" ? found : undefined;
    } catch {
      // The plain file, which is open already, will do.
      return undefined;
    }
  }

  /** Answers where nothing was found. */
  #missing(request: Request, context: Context | undefined): Answer {
    const { fallback, notFound: handler, now } = this.#settings;
    if (fallback !== undefined && wantsDocument(request)) {
      const page = ifThere(() => this.#open(request, fallback));
      if (page?.kind === "file") {
        return answerWithFile(request, { ...page, details: varying(page.details, "Accept") }, now);
      }
    }
    return handler === undefined ? notFound() : handler(request, context!);
  }

  /** Turns errors of the file system into answers. */
  #guard(answer: () => Answer, missing: () => Answer): Answer {
    const failed = (error: unknown): Answer => {
      switch (statusOf(error)) {
        case 404:
          return missing();
        case 403:
          return text("Forbidden", { status: 403 });
        case 503:
          return text("Unavailable", { status: 503, headers: { "retry-after": "1" } });
        default:
          throw error;
      }
    };
    try {
      const given = answer();
      return given instanceof Promise ? given.catch(failed) : given;
    } catch (error) {
      return failed(error);
    }
  }
}

function notFound(): Response {
  return text("Not found", { status: 404 });
}

/** Whether the client asks for a document by name, as a browser does for a page. */
function wantsDocument({ headers }: Request): boolean {
  return /(?:^|,)[ \t]*text\/html[ \t]*(?:[;,]|$)/i.test(headers.get("accept") ?? "");
}

/** What a look gives; `undefined` where the file system has nothing to look at. */
function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function statusOf(error: unknown): number | undefined {
  const { code } = error as { code?: string };
  return code === undefined ? undefined : STATUS_BY_CODE[code];
}

function below(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/**
 * The same path with a slash behind it, relative to its folder: it can lead to no other host, and
 * holds behind a proxy that adds to paths, too.
 */
function withSlash(url: string): string {
  const { pathname, search } = new URL(url);
  return `./${pathname.slice(pathname.lastIndexOf("/") + 1)}/${search}`;
}
