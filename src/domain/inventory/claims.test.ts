import { describe, expect, test } from "vitest";
import { anItem, codeOf, stockOf } from "../shop.testing.ts";
import { dropClaim, networkAvailable, type SoftClaim, StockBook, takeClaim } from "./index.ts";

const item = anItem("A");
const NODES = ["node-m", "node-n"];
const given = (over: { pending?: number; waiting?: number; soft?: number } = {}): StockBook =>
  new StockBook([stockOf("A", "m", 3), stockOf("A", "n", 2)], [{ itemId: "item-A", pending: 0, waiting: 0, soft: 0, ...over }]);
const line = (quantity: number, nodeId: string | null = null): { itemId: string; nodeId: string | null; quantity: number; item: typeof item } => ({ itemId: "item-A", nodeId, quantity, item });
const take = (book: StockBook, ...lines: ReturnType<typeof line>[]): string => codeOf(takeClaim(book, lines, NODES));

describe("a soft claim", () => {
  test.each([
    ["all of the network", [line(5)], {}, "ok"], ["more than the network", [line(6)], {}, "INSUFFICIENT_STOCK"], ["all of a node", [line(3, "node-m")], {}, "ok"],
    ["more than a node", [line(4, "node-m")], {}, "INSUFFICIENT_STOCK"], ["two lines that together ask too much of a node", [line(2, "node-m"), line(2, "node-m")], {}, "INSUFFICIENT_STOCK"],
    ["a node and the network beyond both", [line(3, "node-m"), line(3)], {}, "INSUFFICIENT_STOCK"], ["what earlier orders wait for", [line(4)], { pending: 2 }, "INSUFFICIENT_STOCK"],
    ["a node's units that the network has promised", [line(3, "node-m")], { soft: 3 }, "INSUFFICIENT_STOCK"], ["units while backorders wait for more", [line(5)], { waiting: 9 }, "ok"],
  ] as const)("for %s", (_, lines, demand, code) => {
    const book = given(demand);
    expect(take(book, ...lines)).toBe(code);
    if (code !== "ok") expect([book.stockDeltas(), book.demandDeltas()]).toEqual([[], []]);
  });

  test("keeps its units from others until it is dropped", () => {
    const book = given();
    take(book, line(2, "node-m"), line(1));
    expect(book.available(item, "node-m")).toBe(1);
    expect(networkAvailable(book, item, NODES)).toBe(2);
    const claim: SoftClaim = { id: "c", status: "open", reference: null, createdAt: 0, expiresAt: 1, lines: [line(2, "node-m"), line(1)] };
    dropClaim(book, claim);
    expect(networkAvailable(book, item, NODES)).toBe(5);
    expect(() => dropClaim(book, { ...claim, status: "released" })).toThrow("only an open claim");
  });
});
