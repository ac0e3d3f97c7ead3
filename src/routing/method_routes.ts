/** The routes whose patterns have one shape, by method. */
export class MethodRoutes<Route> {
  readonly #byMethod = new Map<string, Route>();
  #anyMethod: Route | undefined;

  /** The route that was added for a method, or for any (`undefined`). */
  get(method: string | undefined): Route | undefined {
    return method === undefined ? this.#anyMethod : this.#byMethod.get(method);
  }

  /** Adds a route for a method, or for any (`undefined`). */
  set(method: string | undefined, route: Route): void {
    if (method === undefined) this.#anyMethod = route;
    else this.#byMethod.set(method, route);
  }

  /** The route that answers a method; `HEAD` falls back to `GET`, all to the one for any method. */
  answering(method: string): Route | undefined {
    return this.#byMethod.get(method) ??
      (method === "HEAD" ? this.#byMethod.get("GET") : undefined) ??
      this.#anyMethod;
  }

  /** The methods that were added, without the one for any. */
  methods(): Iterable<string> {
    return this.#byMethod.keys();
  }
}
