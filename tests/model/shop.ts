import { expect } from "vitest";
import type pg from "pg";
import { DEFAULT_OPERATIONS, type NodeOperations } from "../../src/domain/catalog/index.ts";
import { actOnOrders } from "../../src/flows/act-on-orders.ts";
import type { OrderAction } from "../../src/flows/order-actions.ts";
import { captureOrders, type CaptureOrder } from "../../src/flows/capture-orders.ts";
import { changeStock, type StockChange } from "../../src/flows/change-stock.ts";
import { type ClaimCommand, claimStock } from "../../src/flows/claim-stock.ts";
import type { Ambient, Answer, CommandHead, Flow } from "../../src/flows/ports.ts";
import { saveFacts } from "../../src/flows/save-facts.ts";
import { ensureTenant, newId } from "../../src/postgres/tenants.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { aChannel, anItem, anOrder, aNode, type World } from "../support/world.ts";
import { type Chosen, ITEMS, type Model, NODES } from "./model.ts";

/** Limits that are never reached: every claim is counted by the day and by the hour, and none is refused. */
const AMPLE: NodeOperations = { ...DEFAULT_OPERATIONS, capacity: { ordersPerDay: 1e6, unitsPerDay: null, ordersPerHour: null, unitsPerHour: 1e9 } };

/** One tenant of the real program, opened for one run of commands. */
export class Shop {
  readonly #world: World;
  readonly #tenantId: number;
  readonly #now = Date.now();
  #keys = 0;
  #last: { flow: Flow<CommandHead>; command: CommandHead; answer: Answer } | null = null;

  private constructor(world: World, tenantId: number) {
    this.#world = world;
    this.#tenantId = tenantId;
  }

  static async open(world: World, code: string): Promise<Shop> {
    const tenantId = await ensureTenant(world.owner, code, code);
    const shop = new Shop(world, tenantId);
    const head = { idempotencyKey: null, bodyHash: "00", actor: "model", validFrom: null };
    const facts = [...ITEMS.map((sku) => ({ ...head, type: "item" as const, fact: anItem(sku, { backorder: sku === "B" }) })), ...NODES.map((one) => ({ ...head, type: "node" as const, fact: aNode(one, { operations: AMPLE }) }))];
    await saveFacts(world.store, tenantId, facts, shop.#ambient());
    const channels = [aChannel("web"), aChannel("shop", { whenUnavailable: "refuse" as const })];
    await saveFacts(world.store, tenantId, channels.map((fact) => ({ ...head, type: "channel" as const, fact })), shop.#ambient());
    return shop;
  }

  #ambient(): Ambient {
    return { now: () => this.#now, newId };
  }

  async #send<C extends CommandHead>(flow: Flow<C>, command: Omit<C, "idempotencyKey" | "bodyHash" | "actor">): Promise<Answer> {
    this.#keys += 1;
    const keyed = { ...command, idempotencyKey: `key-${this.#keys}`, bodyHash: this.#keys.toString(16).padStart(8, "0"), actor: "model" } as unknown as C;
    const [answer] = await flow(this.#world.store, this.#tenantId, [keyed], this.#ambient());
    if (!answer) throw new Error("no answer");
    this.#last = { flow: flow as unknown as Flow<CommandHead>, command: keyed, answer };
    return answer;
  }

  capture(channel: string, lines: readonly { sku: string; quantity: number }[], over: Partial<CaptureOrder>): Promise<Answer> {
    const { idempotencyKey: _key, bodyHash: _hash, actor: _actor, ...order } = anOrder(lines, { channel, ...over });
    return this.#send(captureOrders, order);
  }

  act = (orderId: string, action: OrderAction): Promise<Answer> => this.#send(actOnOrders, { orderId, expectedVersion: null, occurredAt: null, action });
  stock = (change: StockChange): Promise<Answer> => this.#send(changeStock, { occurredAt: null, change });
  claim = (command: Partial<ClaimCommand>): Promise<Answer> => this.#send(claimStock as Flow<CommandHead>, command);

  /** The last command once more: it has its first effect and no other; with another body it is refused. */
  async repeat(): Promise<void> {
    if (!this.#last) return;
    const { flow, command, answer } = this.#last;
    if (!answer.ok) return;
    const [again] = await flow(this.#world.store, this.#tenantId, [command], this.#ambient());
    expect(again).toEqual({ ...answer, replayed: true });
    const [other] = await flow(this.#world.store, this.#tenantId, [{ ...command, bodyHash: "ff" }], this.#ambient());
    expect(other).toMatchObject({ ok: false, refusal: { code: "IDEMPOTENCY_KEY_REUSED" } });
  }

  /** Where the program reserved more of an order than the model knows of. */
  async chosen(model: Model, orderId: string): Promise<Chosen[]> {
    const rows = await this.#rows<{ shipment_no: number; line_no: number; code: string; reserved: string }>(`
      select s.shipment_no, l.line_no, n.code, l.reserved from ordo.shipment s join ordo.shipment_line l using (tenant_id, order_id, shipment_no)
        join ordo.node n on n.tenant_id = s.tenant_id and n.id = s.node_id where s.tenant_id = $1 and s.order_id = $2 order by 1, 2`, [orderId]);
    const known = model.orders.find((order) => order.id === orderId);
    return rows.flatMap((row) => {
      const shipment = known?.shipments.find((one) => one.no === row.shipment_no);
      const units = Number(row.reserved) - (shipment ? model.units(shipment, row.line_no).reserved : 0);
      return units > 0 ? [{ line: row.line_no, shipment: row.shipment_no, node: row.code, units }] : [];
    });
  }

  async #rows<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
    return this.#world.query<T>(text, [this.#tenantId, ...values]);
  }

  /** Every figure of the database, in one look, is the model's. */
  async compare(model: Model): Promise<void> {
    const [row] = await this.#rows<{ figures: Figures }>(FIGURES);
    const stages = ["reserved", "released", "picked", "packed", "shipped", "handed_over"] as const;
    const places = ITEMS.flatMap((item) => NODES.map((node) => [`${item} ${node}`, model.has(item, node), model.reserved(item, node), model.soft(item, node), model.short(item, node)].join(" ")));
    expect({ ...row?.figures, stock: row?.figures.stock ?? [] }).toEqual({
      // A place that never had anything has no row.
      stock: places.filter((place) => !place.endsWith(" 0 0 0 0") || (row?.figures.stock ?? []).includes(place)),
      demand: ITEMS.map((item) => [item, model.pending(item), model.waiting(item), model.soft(item, "")].join(" ")),
      lines: orNull(model.orders.flatMap((order) => order.lines.map((line) => [
        model.status(order), line.no, line.pending, line.backordered, ...stages.map((stage) => model.total(order, line, stage)), line.cancelled, line.attempts,
      ].join(" ")))),
      shipments: orNull(model.orders.flatMap((order) => order.shipments.map((one) => [one.no, one.node, one.status, [...one.asked.values()].some((units) => units > 0) ? "t" : "f"].join(" ")))),
    });
  }

  /** The program's own check of every counter against its ledger. */
  async verify(): Promise<void> {
    const { clean, checks } = await verifyTenant(this.#world.pool, this.#tenantId);
    expect(clean, JSON.stringify(checks)).toBe(true);
  }
}

interface Figures {
  readonly stock: readonly string[] | null;
  readonly demand: readonly string[] | null;
  readonly lines: readonly string[] | null;
  readonly shipments: readonly string[] | null;
}

const orNull = (list: readonly string[]): readonly string[] | null => (list.length === 0 ? null : list);

const FIGURES = `select json_build_object(
  'stock', (select json_agg(concat_ws(' ', i.sku, n.code, s.on_hand, s.reserved, s.soft, s.short) order by i.sku, n.code) from ordo.stock s
    join ordo.item i on i.tenant_id = s.tenant_id and i.id = s.item_id join ordo.node n on n.tenant_id = s.tenant_id and n.id = s.node_id where s.tenant_id = $1),
  'demand', (select json_agg(concat_ws(' ', i.sku, d.pending, d.waiting, d.soft) order by i.sku) from ordo.unassigned_demand d join ordo.item i on i.tenant_id = d.tenant_id and i.id = d.item_id where d.tenant_id = $1),
  'lines', (select json_agg(concat_ws(' ', o.status, line_no, l.pending, backordered, reserved, released, picked, packed, shipped, handed_over, cancelled, attempts) order by l.order_id, line_no)
    from ordo.order_line l join ordo.sales_order o on o.tenant_id = l.tenant_id and o.id = l.order_id where l.tenant_id = $1),
  'shipments', (select json_agg(concat_ws(' ', s.shipment_no, n.code, s.status, s.cancel_requested) order by s.order_id, s.shipment_no) from ordo.shipment s
    join ordo.node n on n.tenant_id = s.tenant_id and n.id = s.node_id where s.tenant_id = $1)) as figures`;
