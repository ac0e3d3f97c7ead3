import { compareSegments } from "./conflicts.ts";
import type { Pattern } from "./pattern.ts";
import type { Segment } from "./segment.ts";

/** Looks at the leaf of a pattern that matches; `undefined` asks for the next one. */
export type Visit<Leaf, Found> = (leaf: Leaf) => Found | undefined;

/** A place in the patterns, with what may come next. */
interface Node<Leaf> {
  /** What belongs to the pattern that ends here. */
  leaf: Leaf | undefined;
  /** Next nodes by literal text. */
  readonly literals: LiteralEdges<Leaf>;
  /** The other next nodes, the most specific first. */
  readonly others: Edge<Leaf>[];
}

interface Edge<Leaf> {
  readonly segment: Segment;
  readonly node: Node<Leaf>;
}

/** Literals up to which comparing each costs less than hashing what is looked for. */
const FEW = 8;

/**
 * Patterns by their segments, so that those with the same beginning share the work.
 *
 * The order of the patterns is lexicographic, segment by segment; so walking the tree in the order
 * of its edges visits them in that order. No node is visited twice for one path: below a repeated
 * segment, the walk carries every place of the path that may come next, instead of trying one place
 * after the other. The cost is bounded by nodes times segments.
 */
export class RouteTree<Leaf> {
  readonly #root: Node<Leaf> = emptyNode();
  readonly #makeLeaf: () => Leaf;

  /** Makes a tree without patterns; `makeLeaf` is called once for each shape of a pattern. */
  constructor(makeLeaf: () => Leaf) {
    this.#makeLeaf = makeLeaf;
  }

  /** Adds a pattern without optional segments; answers the leaf of its shape. */
  add(pattern: Pattern): Leaf {
    let node = this.#root;
    for (const segment of pattern) node = nextNode(node, segment);
    return node.leaf ??= this.#makeLeaf();
  }

  /**
   * Visits the leaves of the patterns that match, the most specific first, until one is found.
   *
   * `path` holds decoded segments; the first of them is what precedes the first slash.
   */
  find<Found>(path: readonly string[], visit: Visit<Leaf, Found>): Found | undefined {
    return new Walk(path, visit).fromPlace(this.#root, 1);
  }
}

/** One walk through a tree. */
class Walk<Leaf, Found> {
  readonly #path: readonly string[];
  readonly #visit: Visit<Leaf, Found>;

  constructor(path: readonly string[], visit: Visit<Leaf, Found>) {
    this.#path = path;
    this.#visit = visit;
  }

  /** Goes on where the rest of the path starts at one place. */
  fromPlace(node: Node<Leaf>, place: number): Found | undefined {
    if (place === this.#path.length) return this.#arrive(node);
    const text = this.#path[place];
    const literal = node.literals.get(text);
    const found = literal && this.fromPlace(literal.node, place + 1);
    if (found !== undefined) return found;
    for (const { segment, node: next } of node.others) {
      if (!segment.matches(text)) continue;
      const found = segment.repeated
        ? this.#fromPlaces(next, this.#placesBehind(segment, [place]))
        : this.fromPlace(next, place + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Goes on where the rest of the path may start at several places, in ascending order. */
  #fromPlaces(node: Node<Leaf>, places: readonly number[]): Found | undefined {
    for (const [{ node: next }, behind] of this.#literalSteps(node, places)) {
      const found = this.#fromPlaces(next, behind);
      if (found !== undefined) return found;
    }
    for (const { segment, node: next } of node.others) {
      const behind = this.#placesBehind(segment, places);
      const found = behind.length > 0 ? this.#fromPlaces(next, behind) : undefined;
      if (found !== undefined) return found;
    }
    // Last, since a pattern that goes on is more specific than one that ends here.
    return places.at(-1) === this.#path.length ? this.#arrive(node) : undefined;
  }

  #arrive(node: Node<Leaf>): Found | undefined {
    return node.leaf === undefined ? undefined : this.#visit(node.leaf);
  }

  /** The literals that come next at any of the places, in order, with the places behind them. */
  #literalSteps(node: Node<Leaf>, places: readonly number[]): [Edge<Leaf>, number[]][] {
    const steps = new Map<Edge<Leaf>, number[]>();
    for (const place of places) {
      const edge = node.literals.get(this.#path[place]);
      if (edge === undefined) continue;
      const behind = steps.get(edge);
      if (behind === undefined) steps.set(edge, [place + 1]);
      else behind.push(place + 1);
    }
    return [...steps].sort(([a], [b]) => compareSegments(a.segment, b.segment));
  }

  /** Where the rest of the path may start once `segment` took what it may at any of the places. */
  #placesBehind(segment: Segment, places: readonly number[]): number[] {
    const behind: number[] = [];
    let next = 0;
    let taking = false;
    for (let place = places[0]; place < this.#path.length; place++) {
      const starting = places[next] === place;
      if (starting) next++;
      taking = (starting || (taking && segment.repeated)) && segment.matches(this.#path[place]);
      if (taking) behind.push(place + 1);
    }
    return behind;
  }
}

/** Edges by their literal text. */
class LiteralEdges<Leaf> {
  readonly #edges: Edge<Leaf>[] = [];
  readonly #byText = new Map<string, Edge<Leaf>>();

  get(text: string): Edge<Leaf> | undefined {
    if (this.#edges.length > FEW) return this.#byText.get(text);
    return this.#edges.find((edge) => edge.segment.text === text);
  }

  add(edge: Edge<Leaf>): void {
    this.#edges.push(edge);
    this.#byText.set(edge.segment.text, edge);
  }
}

function emptyNode<Leaf>(): Node<Leaf> {
  return { leaf: undefined, literals: new LiteralEdges(), others: [] };
}

function nextNode<Leaf>(node: Node<Leaf>, segment: Segment): Node<Leaf> {
  const same = segment.kind === "literal"
    ? node.literals.get(segment.text)
    : node.others.find((edge) => compareSegments(edge.segment, segment) === 0);
  if (same !== undefined) return same.node;
  const edge = { segment, node: emptyNode<Leaf>() };
  if (segment.kind === "literal") node.literals.add(edge);
  else node.others.push(edge);
  node.others.sort((a, b) => compareSegments(a.segment, b.segment));
  return edge.node;
}
