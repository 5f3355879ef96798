import { describe, expect, test } from "vitest";
import { difference, type Side } from "./what-if-difference.ts";

const side = (placed: readonly [line: number, node: string, units: number][], over: Partial<Side> = {}): Side =>
  ({ placed: placed.map(([lineNo, nodeId, quantity]) => ({ lineNo, nodeId, quantity })), waiting: false, costMicros: 5_000_000, arrives: "2026-03-04", ...over });
const upper = (node: string): string => node.toUpperCase();
const A = side([[1, "a", 2]]);

describe("what would be otherwise", () => {
  test.each<[string, Side | null, Side]>([
    ["Would ship from A, as now: at the same cost.", A, A],
    ["Would ship from B instead of A: 1.20 dearer, one day earlier.", A, side([[1, "b", 2]], { costMicros: 6_200_000, arrives: "2026-03-03" })],
    ["Would ship from B instead of A: less than 0.01 cheaper, 12 days later.", A, side([[1, "b", 2]], { costMicros: 4_999_999, arrives: "2026-03-16" })],
    ["Would ship from A and B instead of A: at the same cost, one shipment more.", A, side([[1, "a", 1], [1, "b", 1]])],
    ["Would ship from C instead of A and B: at the same cost, one shipment fewer.", side([[1, "a", 1], [2, "b", 1]]), side([[1, "c", 1], [2, "c", 1]])],
    ["Would ship from A, B, C, D and 2 more instead of A: at the same cost, 5 shipments more.", A, side([..."abcdef"].map((node) => [1, node, 1]))],
    ["Would ship from B instead of A; part of it would wait.", A, side([[1, "b", 1]], { waiting: true, costMicros: null, arrives: null })],
    ["Would ship from A, where no node has it now.", null, A],
    ["No node could ship it, instead of A.", A, side([], { waiting: true })],
    ["No node could ship it, as now.", null, side([], { waiting: true })],
  ])("is said as %j", (sentence, now, then) => {
    expect(difference(now, then, upper).sentence).toBe(sentence);
  });

  test("names every unit that moves, comes or stays behind", () => {
    const moved = (now: Side | null, then: Side): string[] => difference(now, then, upper).moved.map(({ lineNo, quantity, from, to }) => `${lineNo}: ${quantity} ${from} to ${to}`);
    expect(moved(side([[1, "a", 3], [1, "b", 2], [2, "a", 1]]), side([[2, "b", 1], [1, "b", 1], [1, "c", 4]]))).toEqual(["1: 3 a to c", "1: 1 b to c", "2: 1 a to b"]);
    expect(moved(side([[1, "a", 3]]), side([[1, "b", 2]]))).toEqual(["1: 2 a to b", "1: 1 a to null"]);
    expect(moved(null, A)).toEqual(["1: 2 null to a"]);
    expect(moved(A, A)).toEqual([]);
  });

  test("has no figures where one side has none", () => {
    expect(difference(null, A, upper)).toMatchObject({ costMicros: null, shipments: null, arrivalDays: null });
    expect(difference(side([[1, "a", 2]], { costMicros: null, arrives: null }), A, upper)).toMatchObject({ costMicros: null, shipments: 0, arrivalDays: null });
  });
});
