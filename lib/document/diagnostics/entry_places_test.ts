import assert from "node:assert/strict";
import fc from "fast-check";
import { type EntryPlace, EntryPlaces, numbersOf } from "./entry_places.ts";

Deno.test("entries are found as in a map, few or many, and one that is put over them counts", () => {
  const place = fc.tuple(fc.nat(9), fc.nat(9), fc.boolean());
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.oneof(fc.string(), fc.nat(30)), place), {
        selector: ([key]) => key,
        maxLength: 40,
      }),
      fc.array(fc.tuple(fc.oneof(fc.string(), fc.nat(30)), place), { maxLength: 4 }),
      (written, over) => {
        const wanted = new Map<string | number, EntryPlace>();
        const at = ([start, length, hasKey]: readonly [number, number, boolean]): EntryPlace =>
          hasKey
            ? { key: [start, start + 1], value: [start + 2, start + length] }
            : { value: [start, start + length] };
        for (const [key, said] of written) wanted.set(key, at(said));
        const first = new EntryPlaces(
          written.map(([key]) => key),
          written.flatMap(([, said]) => numbersOf(at(said))),
        );
        let all = first;
        for (const [key, said] of over) {
          all = all.with(key, at(said));
          wanted.set(key, at(said));
        }
        for (const [key, value] of wanted) {
          assert.deepEqual(all.get(key), value);
          const numbers: number[] = [];
          all.write(key, numbers);
          assert.deepEqual(numbers, [...value.key ?? [-1, -1], ...value.value]);
        }
        for (const key of ["not there", 31, -1]) {
          assert.deepEqual([all.get(key), all.has(key)], [wanted.get(key), wanted.has(key)]);
        }
      },
    ),
    { numRuns: 200 },
  );
});
