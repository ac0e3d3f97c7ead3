/** What stands in for a platform object until somebody needs the real one. */
export interface StandIn {
  /** The one door: makes the platform's object, once. */
  native(): object;
}

/**
 * Lets `prototype` stand in for the class of `sample`: `instanceof` holds, and every member that
 * `prototype` does not answer itself is answered by `native()`.
 *
 * The platform's own code reads an object's fields by symbol; forwarding those lets it take the
 * stand-in for its own. Where it reads private fields instead, only `native()` will do.
 */
export function standIn(prototype: StandIn, sample: object): void {
  const platform: object = Object.getPrototypeOf(sample);
  for (const name of [...Object.getOwnPropertyNames(platform), Symbol.iterator]) {
    if (!Object.hasOwn(prototype, name)) forwardMember(prototype, platform, name);
  }
  for (const symbol of Object.getOwnPropertySymbols(sample)) forwardField(prototype, symbol);
  Object.setPrototypeOf(prototype, platform);
}

function forwardMember(prototype: StandIn, platform: object, name: string | symbol): void {
  const member = Object.getOwnPropertyDescriptor(platform, name);
  if (member === undefined) return;
  if (member.get) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: StandIn): unknown {
        return Reflect.get(this.native(), name);
      },
    });
  } else if (typeof member.value === "function") {
    Object.defineProperty(prototype, name, {
      configurable: true,
      writable: true,
      value(this: StandIn, ...args: unknown[]): unknown {
        return member.value.apply(this.native(), args);
      },
    });
  }
}

function forwardField(prototype: StandIn, symbol: symbol): void {
  Object.defineProperty(prototype, symbol, {
    configurable: true,
    get(this: StandIn): unknown {
      return Reflect.get(this.native(), symbol);
    },
    set(this: StandIn, value: unknown) {
      Reflect.set(this.native(), symbol, value);
    },
  });
}
