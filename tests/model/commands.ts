import fc from "fast-check";
import { expect } from "vitest";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import type { OrderAction } from "../../src/flows/order-actions.ts";
import type { Answer } from "../../src/flows/ports.ts";
import { ITEMS, type Line, lineOf, type Model, NODES, type Order, type Shipment } from "./model.ts";
import type { Shop } from "./shop.ts";

/** What can be done to the shop. Each command does it to the program and on paper, and compares. */
export type Command = fc.AsyncCommand<Model, Shop>;

/** How often each command met each answer: a run that never got somewhere proves nothing about it. */
export const met = new Map<string, number>();

const code = (answer: Answer): string => (answer.ok ? "ok" : answer.refusal.code);

abstract class Step implements Command {
  check(_model: Readonly<Model>): boolean {
    return true;
  }

  async run(model: Model, shop: Shop): Promise<void> {
    const answer = await this.apply(model, shop);
    const name = `${this.name()}: ${answer}`;
    met.set(name, (met.get(name) ?? 0) + 1);
    await shop.compare(model);
  }

  /** Does it, checks the answer, and returns its code. */
  abstract apply(model: Model, shop: Shop): Promise<string>;
  abstract toString(): string;

  name(): string {
    return this.toString().replace(/\(.*/, "");
  }
}

/** Whether units of an order wait for an item, and may be placed. */
const waitsFor = (order: Order, item: string): boolean =>
  ![...order.holds.values()].includes(true) && order.lines.some((line) => line.item === item && line.pending + line.backordered > 0);

class StockChange extends Step {
  readonly kind: "receive" | "adjust" | "count";
  readonly item: string;
  readonly node: string;
  readonly units: number;

  constructor(kind: "receive" | "adjust" | "count", item: string, node: string, units: number) {
    super();
    [this.kind, this.item, this.node, this.units] = [kind, item, node, units];
  }

  async apply(model: Model, shop: Shop): Promise<string> {
    const { kind, item, node, units } = this;
    const place = { sku: item, node, owner: "", condition: "A" as const };
    const change = kind === "count" ? units - model.has(item, node) : units;
    const answer = kind === "receive" ? await shop.stock({ type: "receive", ...place, quantity: units, supplyId: null, unitCostMicros: null })
      : kind === "adjust" ? await shop.stock({ type: "adjust", ...place, change: units, reasonCode: "CORRECTION", note: null })
      : await shop.stock({ type: "count", ...place, counted: units, note: null });
    const refused = model.has(item, node) + change < 0;
    expect(code(answer)).toBe(refused ? "QUANTITY_NOT_THERE" : "ok");
    const planned = (order: Order): boolean => order.shipments.some((one) => one.node === node && one.status === "PLANNED" && order.lines.some((line) => line.item === item && model.units(one, line.no).reserved > 0));
    const affected = model.orders.filter((order) => ((kind !== "adjust" || units > 0) && waitsFor(order, item)) || ((kind === "count" || units < 0) && planned(order)));
    if (!refused) {
      model.move(item, node, change);
      if (change < 0) this.#displace(model, affected);
    }
    for (const order of affected) model.source(order, await shop.chosen(model, order.id));
    return code(answer);
  }

  /** What is promised and not there is taken from the latest orders that no node has been told of. */
  #displace(model: Model, affected: readonly Order[]): void {
    for (const order of affected.toReversed()) {
      for (const shipment of order.shipments) {
        for (const line of order.lines) {
          const missing = Math.min(model.short(this.item, this.node), model.units(shipment, line.no).reserved);
          if (shipment.node === this.node && shipment.status === "PLANNED" && line.item === this.item && missing > 0) model.giveBack(order, shipment, line, "reserved", missing);
        }
      }
    }
  }

  toString = (): string => `${this.kind}(${this.item} ${this.node} ${this.units})`;
}

class Capture extends Step {
  readonly channel: string;
  readonly lines: readonly { item: string; units: number }[];
  readonly held: boolean;
  readonly claim: number | null;

  constructor(channel: string, lines: readonly { item: string; units: number }[], held: boolean, claim: number | null) {
    super();
    [this.channel, this.lines, this.held, this.claim] = [channel, lines, held, claim];
  }

  async apply(model: Model, shop: Shop): Promise<string> {
    const claimId = this.claim === null ? null : ([...model.claims.keys()][this.claim] ?? null);
    const answer = await shop.capture(this.channel, this.lines.map(({ item, units }) => ({ sku: item, quantity: units })), { contact: this.held ? { ship_to: { country: "DE" } } : {}, claimId });
    const claimed = claimId === null ? undefined : model.claims.get(claimId);
    if (claimId !== null) model.claims.delete(claimId);
    const lines = this.lines.map(({ item, units }, index): Line => ({ no: index + 1, item, ordered: units, pending: units, backordered: 0, cancelled: 0, attempts: 0, away: new Set() }));
    const fits = lines.every((line) => model.placeable(line, line.ordered, 0) === line.ordered);
    const refused = this.channel === "shop" && !this.held && !fits;
    expect(code(answer)).toBe(refused ? "INSUFFICIENT_STOCK" : "ok");
    if (!answer.ok) {
      if (claimId !== null && claimed) model.claims.set(claimId, claimed);
      return code(answer);
    }
    const order: Order = { id: parsePublicId("order", String(answer.body["id"])) ?? "", channel: this.channel, lines, shipments: [], holds: new Map(this.held ? [[1, true]] : []), holdCount: this.held ? 1 : 0 };
    const chosen = await shop.chosen(model, order.id);
    model.orders.push(order);
    model.source(order, chosen, true);
    expect(answer.body["status"]).toBe(model.status(order));
    return model.status(order);
  }

  toString = (): string => `capture(${this.channel} ${this.lines.map(({ item, units }) => `${units}${item}`).join("+")}${this.held ? " held" : ""}${this.claim === null ? "" : ` claim ${this.claim}`})`;
}

class Claim extends Step {
  readonly item: string;
  readonly node: string | null;
  readonly units: number;

  constructor(item: string, node: string | null, units: number) {
    super();
    [this.item, this.node, this.units] = [item, node, units];
  }

  async apply(model: Model, shop: Shop): Promise<string> {
    const { item, node, units } = this;
    const network = NODES.reduce((sum, one) => sum + model.free(item, one), 0) - model.pending(item) - model.soft(item, "");
    const fits = units <= network && (node === null || units <= model.free(item, node));
    const answer = await shop.claim({ type: "create", reference: null, ttlSeconds: 3600, lines: [{ sku: item, node, quantity: units }] });
    expect(code(answer)).toBe(fits ? "ok" : "INSUFFICIENT_STOCK");
    if (answer.ok) model.claims.set(parsePublicId("claim", String(answer.body["id"])) ?? "", new Map([[`${item} ${node ?? ""}`, units]]));
    return code(answer);
  }

  toString = (): string => `claim(${this.units}${this.item} at ${this.node ?? "any"})`;
}

class ReleaseClaim extends Step {
  readonly which: number;

  constructor(which: number) {
    super();
    this.which = which;
  }

  override check = (model: Readonly<Model>): boolean => model.claims.size > 0;

  async apply(model: Model, shop: Shop): Promise<string> {
    const id = [...model.claims.keys()][this.which % model.claims.size] ?? "";
    expect(code(await shop.claim({ type: "release", claimId: id }))).toBe("ok");
    model.claims.delete(id);
    return "ok";
  }

  toString = (): string => `release claim(${this.which})`;
}

/** What usually comes next; the rest of the time anything is tried. */
const USUAL: Readonly<Record<string, readonly Deed[]>> = {
  PLANNED: ["release"], RELEASED: ["accept", "reject", "pick", "pick short", "ship"], ACCEPTED: ["pick", "pick short", "reject"], PICKED: ["pack", "ship"], PACKED: ["ship", "hand over", "pack"],
  SHIPPED: ["deliver"],
};

type Deed = "release" | "accept" | "reject" | "pick" | "pick short" | "pack" | "ship" | "hand over" | "deliver" | "yes" | "no";

/** A node's or carrier's step on a shipment, possible or not. */
class Work extends Step {
  deed: Deed;
  readonly usual: number | null;
  readonly which: number;
  readonly found: number;
  readonly corrects: boolean;

  constructor(deed: Deed, usual: number | null, which: number, found: number, corrects: boolean) {
    super();
    [this.deed, this.usual, this.which, this.found, this.corrects] = [deed, usual, which, found, corrects];
  }

  override check = (model: Readonly<Model>): boolean => model.orders.some((order) => order.shipments.length > 0);

  async apply(model: Model, shop: Shop): Promise<string> {
    const everything = model.orders.flatMap((order) => order.shipments.map((shipment) => ({ order, shipment })));
    const open = everything.filter(({ shipment }) => USUAL[shipment.status] !== undefined);
    const all = this.usual === null || open.length === 0 ? everything : open;
    const one = all[this.which % all.length];
    if (!one) return "nothing";
    const { order, shipment } = one;
    const asked = [...shipment.asked.values()].some((units) => units > 0);
    const usual = asked ? (["yes", "no", ...(USUAL[shipment.status] ?? [])] as const) : USUAL[shipment.status];
    if (this.usual !== null && usual) this.deed = usual[this.usual % usual.length] ?? this.deed;
    const answer = await shop.act(order.id, this.#action(model, order, shipment));
    const expected = this.#refusal(order, shipment);
    expect(code(answer), `${this.deed} of ${shipment.status}`).toBe(expected ?? "ok");
    if (expected === null) await this.#book(model, shop, order, shipment);
    return code(answer);
  }

  #picked(model: Model, shipment: Shipment, line: Line): number {
    return Math.min(this.found, model.units(shipment, line.no).released);
  }

  #action(model: Model, order: Order, shipment: Shipment): OrderAction {
    const shipmentNo = shipment.no;
    switch (this.deed) {
      case "reject": return { type: "reject", shipmentNo, reasonCode: this.corrects ? "OUT_OF_STOCK" : "NO_CAPACITY", note: null };
      case "pick": return { type: "pick", shipmentNo, lines: null, correctStock: true };
      case "pick short": return { type: "pick", shipmentNo, lines: order.lines.map((line) => ({ lineNo: line.no, quantity: this.#picked(model, shipment, line) })), correctStock: this.corrects };
      case "pack": return { type: "pack", shipmentNo, packages: null };
      case "ship": return { type: "ship", shipmentNo, carrier: null, service: null, trackingNumbers: [] };
      case "hand over": return { type: "hand_over", shipmentNo };
      case "deliver": return { type: "carrier_outcome", shipmentNo, outcome: "delivered" };
      case "yes": case "no": return { type: "answer_cancel", shipmentNo, accepted: this.deed === "yes", note: null };
      case "release": case "accept": return { type: this.deed, shipmentNo };
    }
  }

  #refusal(order: Order, shipment: Shipment): string | null {
    const possible: Readonly<Record<Deed, readonly string[]>> = {
      release: ["PLANNED"], accept: ["RELEASED"], reject: ["RELEASED", "ACCEPTED"], pick: ["RELEASED", "ACCEPTED"], "pick short": ["RELEASED", "ACCEPTED"], pack: ["PICKED"],
      ship: ["RELEASED", "ACCEPTED", "PICKED", "PACKED"], "hand over": ["RELEASED", "ACCEPTED", "PICKED", "PACKED"], deliver: ["SHIPPED"], yes: [], no: [],
    };
    if (this.deed === "yes" || this.deed === "no") return [...shipment.asked.values()].some((units) => units > 0) ? null : "NO_CANCEL_REQUESTED";
    if (!possible[this.deed].includes(shipment.status)) return "NOT_IN_STATE";
    return this.deed === "release" && order.holds.size > 0 ? "HOLD_BLOCKS" : null;
  }

  async #book(model: Model, shop: Shop, order: Order, shipment: Shipment): Promise<void> {
    if (this.deed === "release") this.#all(model, order, shipment, "reserved", "released", "RELEASED");
    else if (this.deed === "accept") shipment.status = "ACCEPTED";
    else if (this.deed === "pick") this.#all(model, order, shipment, "released", "picked", "PICKED");
    else if (this.deed === "pack") this.#all(model, order, shipment, "picked", "packed", "PACKED");
    else if (this.deed === "deliver") shipment.status = "DELIVERED";
    else if (this.deed === "ship" || this.deed === "hand over") this.#leave(model, order, shipment);
    else if (this.deed === "yes") this.#cancelAsked(model, order, shipment);
    else if (this.deed === "no") shipment.asked.clear();
    else await this.#giveBack(model, shop, order, shipment);
  }

  #all(model: Model, order: Order, shipment: Shipment, from: "reserved" | "released" | "picked" | "packed", to: "released" | "picked" | "packed" | "shipped" | "handed_over", status: string): void {
    for (const line of order.lines) model.shift(shipment, line.no, from, to, model.units(shipment, line.no)[from]);
    shipment.status = status;
  }

  #leave(model: Model, order: Order, shipment: Shipment): void {
    const to = this.deed === "ship" ? "shipped" : "handed_over";
    for (const line of order.lines) {
      const units = model.withNode(shipment, line.no);
      // Goods that leave were there, whatever a count said.
      model.move(line.item, shipment.node, -Math.min(units, model.has(line.item, shipment.node)));
      for (const stage of ["released", "picked", "packed"] as const) model.shift(shipment, line.no, stage, to, model.units(shipment, line.no)[stage]);
    }
    shipment.asked.clear();
    shipment.status = to === "shipped" ? "SHIPPED" : "HANDED_OVER";
    model.closeIfEmpty(order, shipment);
  }

  #cancelAsked(model: Model, order: Order, shipment: Shipment): void {
    const reopen = shipment.status === "PACKED" && [...shipment.asked.values()].some((units) => units > 0);
    for (const [no, asked] of shipment.asked) {
      let left = asked;
      for (const stage of ["released", "picked", "packed"] as const) {
        const units = Math.min(left, model.units(shipment, no)[stage]);
        model.shift(shipment, no, stage, null, units);
        lineOf(order, no).cancelled += units;
        left -= units;
      }
    }
    shipment.asked.clear();
    model.closeIfEmpty(order, shipment);
    if (reopen && shipment.status === "PACKED") this.#all(model, order, shipment, "packed", "picked", "PICKED");
  }

  async #giveBack(model: Model, shop: Shop, order: Order, shipment: Shipment): Promise<void> {
    const picks = this.deed === "pick short";
    const missing = order.lines.map((line) => ({ line, units: model.units(shipment, line.no).released - (picks ? this.#picked(model, shipment, line) : 0) })).filter(({ units }) => units > 0);
    if (picks) {
      for (const line of order.lines) model.shift(shipment, line.no, "released", "picked", this.#picked(model, shipment, line));
      shipment.status = "PICKED";
    }
    for (const { line, units } of missing) {
      // What a count has found missing already is not written off twice.
      const writtenOff = Math.min(units, model.short(line.item, shipment.node));
      if (this.corrects) model.move(line.item, shipment.node, -Math.min(units - writtenOff, model.has(line.item, shipment.node)));
    }
    for (const { line, units } of missing) {
      line.attempts += 1;
      line.away.add(shipment.node);
      model.giveBack(order, shipment, line, "released", units);
    }
    if (missing.length > 0) model.source(order, await shop.chosen(model, order.id));
  }

  toString = (): string => `${this.deed}(${this.which}${this.deed === "pick short" ? ` found ${this.found}` : ""}${this.corrects ? " corrects" : ""})`;
}

class Cancel extends Step {
  readonly which: number;
  readonly line: number;
  readonly units: number | null;

  constructor(which: number, line: number, units: number | null) {
    super();
    [this.which, this.line, this.units] = [which, line, units];
  }

  override check = (model: Readonly<Model>): boolean => model.orders.length > 0;

  async apply(model: Model, shop: Shop): Promise<string> {
    const order = model.orders[this.which % model.orders.length];
    if (!order) return "nothing";
    const line = order.lines[this.line % order.lines.length];
    if (!line) return "nothing";
    const named = this.units === null ? null : [{ lineNo: line.no, quantity: this.units }];
    const answer = await shop.act(order.id, { type: "cancel", lines: named, reason: "changed my mind", force: false });
    const wanted = this.units === null ? order.lines.map((one) => ({ line: one, units: model.liveUnits(order, one) })).filter(({ units }) => units > 0) : [{ line, units: this.units }];
    const gone = model.total(order, line, "shipped") + model.total(order, line, "handed_over") > 0;
    const tooMany = wanted.some((one) => one.units > model.liveUnits(order, one.line));
    expect(code(answer)).toBe(wanted.length === 0 || (tooMany && gone) ? "ALREADY_SHIPPED" : tooMany ? "QUANTITY_NOT_THERE" : "ok");
    if (answer.ok) for (const one of wanted) this.#cancel(model, order, one.line, one.units);
    if (answer.ok) for (const shipment of order.shipments) model.closeIfEmpty(order, shipment);
    if (answer.ok && order.lines.every((one) => model.liveUnits(order, one) === 0)) order.holds.clear();
    return code(answer);
  }

  #cancel(model: Model, order: Order, line: Line, units: number): void {
    let left = units;
    const some = (there: number): number => {
      const taken = Math.min(left, there);
      left -= taken;
      line.cancelled += taken;
      return taken;
    };
    line.pending -= some(line.pending);
    line.backordered -= some(line.backordered);
    for (const shipment of order.shipments.toReversed()) model.shift(shipment, line.no, "reserved", null, some(model.units(shipment, line.no).reserved));
    for (const shipment of order.shipments.toReversed()) {
      const before = shipment.asked.get(line.no) ?? 0;
      const asked = Math.min(left, model.withNode(shipment, line.no) - before);
      if (asked > 0) shipment.asked.set(line.no, before + asked);
      left -= Math.max(0, asked);
    }
  }

  toString = (): string => `cancel(${this.which} line ${this.line} ${this.units ?? "all"})`;
}

class Hold extends Step {
  readonly which: number;
  readonly release: boolean;

  constructor(which: number, release: boolean) {
    super();
    [this.which, this.release] = [which, release];
  }

  override check = (model: Readonly<Model>): boolean => model.orders.some((order) => !this.release || order.holds.size > 0);

  async apply(model: Model, shop: Shop): Promise<string> {
    const some = model.orders.filter((order) => !this.release || order.holds.size > 0);
    const order = some[this.which % some.length];
    if (!order) return "nothing";
    if (this.release) {
      const [holdNo = 0] = order.holds.keys();
      expect(code(await shop.act(order.id, { type: "release_hold", holdNo, reason: "fine" }))).toBe("ok");
      order.holds.delete(holdNo);
      model.source(order, await shop.chosen(model, order.id));
      return "ok";
    }
    const closed = order.lines.every((line) => model.liveUnits(order, line) === 0);
    const answer = await shop.act(order.id, { type: "place_hold", kind: "MANUAL", lineNo: null, shipmentNo: null, reason: "look", owner: null, dueAt: null });
    expect(code(answer)).toBe(closed ? "NOT_IN_STATE" : "ok");
    if (!closed) order.holds.set((order.holdCount += 1), false);
    return code(answer);
  }

  toString = (): string => `${this.release ? "release" : "place"} hold(${this.which})`;
}

class Repeat extends Step {
  async apply(_model: Model, shop: Shop): Promise<string> {
    await shop.repeat();
    return "ok";
  }

  toString = (): string => "repeat";
}

const item = fc.constantFrom(...ITEMS);
const node = fc.constantFrom(...NODES);
const which = fc.nat({ max: 30 });
const units = fc.integer({ min: 1, max: 4 });
const deed = fc.constantFrom<Deed>("release", "accept", "reject", "pick", "pick short", "pack", "ship", "hand over", "deliver", "yes", "no");
const lines = fc.uniqueArray(fc.record({ item, units }), { minLength: 1, maxLength: 2, selector: (line) => line.item });

/** One command, with the weight it has in a shop's day. */
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(item, node, fc.integer({ min: 1, max: 8 })).map((one) => new StockChange("receive", ...one)) },
  { weight: 1, arbitrary: fc.tuple(item, node, fc.constantFrom(-3, -2, -1, 1, 2)).map((one) => new StockChange("adjust", ...one)) },
  { weight: 2, arbitrary: fc.tuple(item, node, fc.nat({ max: 6 })).map((one) => new StockChange("count", ...one)) },
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom("web", "web", "shop"), lines).map(([channel, some]) => new Capture(channel, some, false, null)) },
  { weight: 1, arbitrary: lines.map((some) => new Capture("web", some, true, null)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("web", "shop"), lines, fc.nat({ max: 2 })).map(([channel, some, claim]) => new Capture(channel, some, false, claim)) },
  { weight: 2, arbitrary: fc.tuple(item, fc.option(node), units).map((one) => new Claim(...one)) },
  { weight: 1, arbitrary: which.map((one) => new ReleaseClaim(one)) },
  { weight: 14, arbitrary: fc.tuple(deed, fc.nat({ max: 30 }), which, fc.nat({ max: 2 }), fc.boolean()).map((one) => new Work(...one)) },
  { weight: 2, arbitrary: fc.tuple(deed, fc.constant(null), which, fc.nat({ max: 2 }), fc.boolean()).map((one) => new Work(...one)) },
  { weight: 4, arbitrary: fc.tuple(which, fc.nat({ max: 1 }), fc.option(units, { freq: 2 })).map((one) => new Cancel(...one)) },
  { weight: 2, arbitrary: fc.tuple(which, fc.boolean()).map((one) => new Hold(...one)) },
  { weight: 2, arbitrary: fc.constant(new Repeat()) },
);

export const commands = (count: number): fc.Arbitrary<Command[]> => fc.array(command, { minLength: count, maxLength: count });
