import { expect, test } from "vitest";
import { type Defects, despite, findAwake, NO_DEFECTS } from "./defects.ts";

function keeping(isPassing = false): Defects & { readonly kept: Set<string> } {
  const kept = new Set<string>();
  return { isPassing: () => isPassing, resting: () => kept, rest: (id) => void kept.add(id), kept };
}
const failing = (...bad: string[]) => async (ids: readonly string[]): Promise<string> => {
  if (ids.some((id) => bad.includes(id))) throw new Error("defect");
  return ids.join("");
};

test("a batch is done at once, and alone where one of it fails, who rests", async () => {
  const defects = keeping();
  expect([await despite(defects, [], failing()), await despite(defects, ["a", "b", "c"], failing()), await despite(defects, ["a", "b", "c"], failing("a", "b")), await despite(defects, ["b"], failing("b"))]).toEqual([[], ["abc"], ["c"], []]);
  expect([...defects.kept]).toEqual(["a", "b"]);
  expect(await findAwake(defects, 2, async (limit) => ["a", "b", "c", "d", "e"].slice(0, limit))).toEqual(["c", "d"]);
});

test("a database that is away makes nobody rest, nor does a defect where nobody keeps count or everybody fails", async () => {
  const away = keeping(true);
  const full = keeping();
  for (let n = 0; n < 1_000; n++) full.kept.add(`x${n}`);
  for (const defects of [away, NO_DEFECTS, full]) await expect(despite(defects, ["a", "b"], failing("a"))).rejects.toThrow("defect");
  expect([away.kept.size, full.kept.size]).toEqual([0, 1_000]);
});
