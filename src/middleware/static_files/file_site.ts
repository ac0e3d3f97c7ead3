import { closeSync, existsSync } from "node:fs";
import type { Context } from "../../handler.ts";
import { redirect, text } from "../../known_response.ts";
import { chooseCoding } from "../content_coding.ts";
import { addVary, fieldEditor } from "../with_fields.ts";
import { answerWithFile } from "./file_answer.ts";
import { answerErrors, errorAnswer, ifThere } from "./file_errors.ts";
import { isRefused, segmentsBelow } from "./file_names.ts";
import { answerWithListing } from "./listing.ts";
import type { Settings } from "./options.ts";
import { describeFile, isSettled, type Representation, varying } from "./representation.ts";
import { type FoundFolder, type OpenFile, RootFolder } from "./root_folder.ts";

/** What a name leads to. */
type Found = OpenFile<Representation> | FoundFolder | undefined;

/** A response; a promise of one only where a folder is listed, or the user's handler gives one. */
type Answer = Response | Promise<Response>;

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
    const found = answerErrors(() => this.#find(request, segments));
    if (!(found instanceof Promise)) return found ?? this.#missing(request, context);
    return found.catch(errorAnswer).then((response) => response ?? this.#missing(request, context));
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
    const { coding } = chooseCoding(accepted, offered);
    if (coding === undefined) return undefined;
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
    const { fallback, notFound } = this.#settings;
    const page = fallback !== undefined && wantsDocument(request)
      ? answerErrors(() => this.#fallBack(request, fallback))
      : undefined;
    if (page !== undefined) return page;
    const answer = notFound === undefined
      ? text("Not Found", { status: 404 })
      : notFound(request, context!);
    if (fallback === undefined) return answer;
    return answer instanceof Promise ? answer.then(varyByAccept) : varyByAccept(answer);
  }

  #fallBack(request: Request, name: string): Response | undefined {
    const page = this.#open(request, name);
    if (page?.kind !== "file") return undefined;
    const details = varying(page.details, "Accept");
    return answerWithFile(request, { ...page, details }, this.#settings.now);
  }
}

/** Another client might have got the page. */
const varyByAccept = fieldEditor((headers) => addVary(headers, "Accept"));

/** Whether the client asks for a document by name, as a browser does for a page. */
function wantsDocument({ headers }: Request): boolean {
  return /(?:^|,)[ \t]*text\/html[ \t]*(?:[;,]|$)/i.test(headers.get("accept") ?? "");
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
