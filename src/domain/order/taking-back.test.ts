import { describe, expect, it } from "vitest";
import { decideWaits, MESSAGES_WAIT_MS, TAKE_BACK_SECONDS, type ToldFact } from "./taking-back.ts";

/** Which messages wait because a person may take back what they tell of, and which never leave. */

const WAIT = 10_000;
const ANNA = "usr_anna";
const BEN = "usr_ben";
const KEY = "key_shop";
type Told = Partial<ToldFact> & Pick<ToldFact, "type" | "data">;

/** Facts of one order, a second apart, by Anna, unless they say otherwise. */
const facts = (...told: readonly Told[]): ToldFact[] => told.map((one, index) => ({ position: index + 1, orderId: "o1", actor: ANNA, recordedAt: (index + 1) * 1000, ...one }));
const hold = (holdNo: number, more: Partial<ToldFact> = {}): Told => ({ type: "HoldPlaced", data: { hold_no: holdNo, kind: "MANUAL" }, ...more });
const release = (holdNo: number, more: Partial<ToldFact> = {}): Told => ({ type: "HoldReleased", data: { hold_no: holdNo, kind: "MANUAL" }, ...more });
const tag = (added: readonly string[], removed: readonly string[] = [], more: Partial<ToldFact> = {}): Told => ({ type: "OrderTagged", data: { added, removed }, ...more });
const give = (from: string | null, to: string | null, more: Partial<ToldFact> = {}): Told => ({ type: "OrderAssigned", data: { from, to }, ...more });
const other = (more: Partial<ToldFact> = {}): Told => ({ type: "ShipmentReleased", data: { shipment_no: 1 }, actor: "journey", ...more });
const pairs = (...told: readonly Told[]): string[] => decideWaits([], facts(...told), WAIT).takenBack.map(({ deed, counter }) => `${deed}-${counter}`);
const untils = (...told: readonly Told[]): Record<string, number> => Object.fromEntries(decideWaits([], facts(...told), WAIT).until);

it("waits longer than the notice is shown, and not by much", () => {
  expect(MESSAGES_WAIT_MS).toBeGreaterThan(TAKE_BACK_SECONDS * 1000);
  expect(MESSAGES_WAIT_MS).toBeLessThanOrEqual(TAKE_BACK_SECONDS * 1000 + 1000);
});

describe("what waits", () => {
  it("is what a person did and can take back, and what follows about the same order", () => {
    expect(untils(hold(1), tag(["a"]), give(null, BEN))).toEqual({ 1: 11_000, 2: 12_000, 3: 13_000 });
    expect(untils(hold(1), other(), release(7, { actor: KEY }), other({ orderId: "o2" }), other({ orderId: null }))).toEqual({ 1: 11_000, 2: 11_000, 3: 11_000 });
  });
  it("is nothing that a key or the program did, and nothing that is there for good", () => {
    expect(untils(hold(1, { actor: KEY }), tag(["a"], [], { actor: KEY }), give(null, BEN, { actor: "journey" }), hold(2, { actor: "channel" }), other())).toEqual({});
    expect(untils(release(1), { type: "LinesCancelled", data: { lines: [] } })).toEqual({});
  });
  it("is not what follows a deed that was taken back", () => {
    expect(untils(hold(1), release(1), other())).toEqual({ 1: 11_000, 2: 11_000 });
    expect(untils(hold(1), tag(["a"]), tag([], ["a"]), other())).toMatchObject({ 4: 11_000 });
  });
  it("is what follows something of which messages wait already", () => {
    const [first, second] = facts(hold(1), other());
    expect(first && second && Object.fromEntries(decideWaits([first], [second], WAIT).until)).toEqual({ 2: 11_000 });
  });
});

describe("deed and counter-deed belong together", () => {
  it("where the one is exactly the opposite of the other", () => {
    expect(pairs(hold(1), release(1))).toEqual(["1-2"]);
    expect(pairs(tag(["a", "b"], ["c"]), tag(["c"], ["b", "a"]))).toEqual(["1-2"]);
    expect(pairs(give(null, BEN), give(BEN, null))).toEqual(["1-2"]);
    expect(pairs(hold(1), hold(2), release(1), release(2))).toEqual(["1-3", "2-4"]);
  });
  it("whichever person takes it back, but no key and no worker", () => {
    expect(pairs(hold(1), release(1, { actor: BEN }))).toEqual(["1-2"]);
    expect(pairs(hold(1), release(1, { actor: KEY }))).toEqual([]);
    expect(pairs(hold(1, { actor: KEY }), release(1))).toEqual([]);
    expect(pairs(hold(1), release(1, { actor: "sweeper" }))).toEqual([]);
  });
  it("not where it is another hold, other tags, somebody else or another order", () => {
    expect(pairs(hold(1), release(2))).toEqual([]);
    expect(pairs(tag(["a", "b"]), tag([], ["a"]))).toEqual([]);
    expect(pairs(give(null, BEN), give(BEN, "usr_cleo"))).toEqual([]);
    expect(pairs(hold(1), release(1, { orderId: "o2" }))).toEqual([]);
    expect(pairs(tag(["a"]), tag(["a"]))).toEqual([]);
  });
  it("not where something touched the same in between, but where it touched something else", () => {
    expect(pairs(tag(["a"]), tag([], ["a"], { actor: KEY }), tag(["a"], [], { actor: KEY }), tag([], ["a"]))).toEqual([]);
    expect(pairs(give(null, BEN), give(BEN, "usr_cleo", { actor: KEY }), give("usr_cleo", BEN, { actor: KEY }), give(BEN, null))).toEqual([]);
    expect(pairs(tag(["a"]), tag(["b"], [], { actor: KEY }), give(null, BEN), other(), tag([], ["a"]))).toEqual(["1-5"]);
  });
  it("each once, the latest first, and a counter-deed can be taken back itself", () => {
    expect(pairs(give(null, BEN), give(BEN, "usr_cleo"), give("usr_cleo", BEN), give(BEN, null))).toEqual(["2-3", "1-4"]);
    expect(pairs(tag(["a"]), tag([], ["a"]), tag(["a"]), tag([], ["a"]))).toEqual(["1-2", "3-4"]);
    const [off, on] = facts(tag([], ["a"]), tag(["a"]));
    expect(off && on && decideWaits([off], [on], WAIT).takenBack).toEqual([{ deed: 1, counter: 2 }]);
  });
  it("not after the wait", () => {
    expect(pairs(hold(1, { recordedAt: 0 }), release(1, { recordedAt: WAIT }))).toEqual(["1-2"]);
    expect(pairs(hold(1, { recordedAt: 0 }), release(1, { recordedAt: WAIT + 1 }))).toEqual([]);
  });
});
