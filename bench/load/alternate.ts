/** Measures each of some things in turn, A B C A B C, so that all of them meet the machine's moods. */
export async function alternate<Thing extends { readonly name: string }, Measure>(
  things: readonly Thing[],
  alternations: number,
  measure: (thing: Thing) => Promise<Measure>,
): Promise<Map<string, Measure[]>> {
  const measures = new Map<string, Measure[]>(things.map(({ name }) => [name, []]));
  for (let round = 0; round < alternations; round++) {
    for (const thing of things) measures.get(thing.name)!.push(await measure(thing));
  }
  return measures;
}
