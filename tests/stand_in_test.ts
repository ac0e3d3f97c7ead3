import { assert, assertEquals, assertInstanceOf, assertThrows } from "./assert.ts";
import { standIn } from "../src/stand_in.ts";

const PRIVATE = Symbol("private");

class Platform {
  [PRIVATE] = 1;
  constant = "field";
  get answered(): string {
    return "by the platform";
  }
  get forwarded(): number {
    return this[PRIVATE];
  }
  add(other: number): number {
    return this[PRIVATE] += other;
  }
  *[Symbol.iterator](): Generator<number> {
    yield this[PRIVATE];
  }
}
Object.defineProperty(Platform.prototype, "LIMIT", { value: 7 });

class Standing {
  made = 0;
  #native: Platform | undefined;
  native(): Platform {
    if (this.#native === undefined) this.made++;
    return this.#native ??= new Platform();
  }
  get answered(): string {
    return "by the stand-in";
  }
}
standIn(Standing.prototype, new Platform());

type Both = Standing & Platform;

Deno.test("standIn() makes an instance of the platform's class", () => {
  assertInstanceOf(new Standing(), Platform);
  assertEquals(new Standing().constructor, Standing);
});

Deno.test("standIn() leaves to the stand-in what it answers itself", () => {
  const standing = new Standing() as Both;
  assertEquals(standing.answered, "by the stand-in");
  assertEquals(standing.made, 0);
});

Deno.test("standIn() forwards getters, methods, iteration and symbols to one native object", () => {
  const standing = new Standing() as Both;
  assertEquals([standing.forwarded, standing.add(2), [...standing]], [1, 3, [3]]);
  assertEquals(standing[PRIVATE], 3);
  standing[PRIVATE] = 9;
  assertEquals([standing.forwarded, standing.native()[PRIVATE], standing.made], [9, 9, 1]);
});

Deno.test("standIn() inherits what is neither a getter nor a method", () => {
  assertEquals(Reflect.get(new Standing(), "LIMIT"), 7);
});

Deno.test("standIn() forwards calls with the stand-in's own object only", () => {
  const standing = new Standing() as Both;
  const { add } = standing;
  assertThrows(() => add(1), TypeError);
  assert(!Object.hasOwn(standing, "add"));
});

Deno.test("standIn() lets a class without iteration be", () => {
  class Plain {}
  class Other {
    native(): Plain {
      return new Plain();
    }
  }
  standIn(Other.prototype, new Plain());
  assertInstanceOf(new Other(), Plain);
  assertEquals(Symbol.iterator in new Other(), false);
});
