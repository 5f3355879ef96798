import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as api from "../../client/src/index.ts";
import { type ChannelChecks, DEFAULT_CHECKS } from "../../src/domain/catalog/index.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { type ChannelOrder, RISK_RULES } from "../../src/domain/order/index.ts";
import { captureOrders, type CaptureOrder } from "../../src/flows/capture-orders.ts";
import type { ChannelStore } from "../../src/flows/channel-store.ts";
import type { RecordedEvent } from "../../src/flows/integration.ts";
import type { Ambient, Answer } from "../../src/flows/ports.ts";
import { takeIn } from "../../src/flows/take-in.ts";
import { postgresIntegration } from "../../src/postgres/integration.ts";
import { ensureTenant } from "../../src/postgres/tenants.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { takeNextSteps } from "../../src/server/journey.ts";
import { openPlaces } from "../../src/server/places/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, type World } from "../support/world.ts";

/** What an order is checked by when it comes in: its address, its payment, and other orders of its customer. */

let database: TestDatabase;
let server: TestApi;
let world: World;
let ambient: Ambient;
const PLACED = Date.now() - 3_600_000;
const screened = (checks: Partial<ChannelChecks>): { checks: ChannelChecks } => ({ checks: { ...DEFAULT_CHECKS, ...checks } });

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  world = server.world;
  ambient = { ...world.ambient, places: await openPlaces(null) };
  await world.facts({
    items: [anItem("A"), anItem("B")], nodes: [aNode("north", { latitude: 55, longitude: 10 }), aNode("south", { latitude: 45, longitude: 10, priority: 2 })],
    channels: [
      aChannel("web"), aChannel("twins", screened({ duplicates: { withinMinutes: 30, by: ["email", "phone", "address"], hold: "FRAUD" } })),
      aChannel("fast", screened({ velocity: { withinMinutes: 60, by: ["email"], maximumOrders: 2, maximumTotalMinor: null } })),
      aChannel("risky", screened({ risk: { reviewFrom: 40, rejectAbove: 59, usualTotalMinor: 100_000 } })),
      aChannel("terms", screened({ payment: { hold: ["pending", "failed", "partially_paid"], acceptTenders: ["invoice"], dueMinutes: 60 } })),
    ],
  });
  for (const sku of ["A", "B"]) for (const node of ["north", "south"]) await world.receive(sku, node, 10_000);
});
afterAll(async () => {
  const { checks } = await verifyTenant(world.pool, world.tenantId);
  await server.close();
  await database.drop();
  expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
});

const capture = (...commands: CaptureOrder[]): Promise<Answer[]> => captureOrders(world.store, world.tenantId, commands, ambient);
const idOf = (answer: Answer | undefined): string => (answer?.ok ? parsePublicId("order", String(answer.body["id"])) ?? "" : JSON.stringify(answer));
interface Held { kind: string; reason: string; owner: string | null; minutes: number | null }
const holdsOf = (orderId: string): Promise<Held[]> =>
  world.query<Held>("select kind, reason, owner, (extract(epoch from due_at - placed_at) / 60)::int as minutes from ordo.hold where order_id = $1 order by hold_no", [orderId]);
const kindsOf = async (answers: readonly Answer[]): Promise<string[][]> => Promise.all(answers.map(async (one) => (await holdsOf(idOf(one))).map(({ kind }) => kind)));
const contactOf = async (orderId: string): Promise<Record<string, unknown>> => (await world.query<{ data: Record<string, unknown> }>("select data from ordo.order_contact where order_id = $1", [orderId]))[0]?.data ?? {};
const traces = async (orderId: string): Promise<number> => Number((await world.query<{ n: string }>("select count(*) as n from ordo.order_trace where order_id = $1", [orderId]))[0]?.n);

let people = 0;
const buyer = (over: Partial<CaptureOrder> = {}, email = `buyer-${(people += 1)}@example.com`): CaptureOrder =>
  anOrder([{ sku: "A", quantity: 1 }], { placedAt: PLACED, contact: { customer: { name: "Ida Test", email } }, ...over });

describe("an address", () => {
  test("is kept as it came, with its normalised form and its place beside it, and the nearer node gets the order", async () => {
    const raw = { name: "Ida", street: "Vej  1", city: "ODENSE", postcode: "dk-5000", country: "Denmark" };
    const [answer] = await capture(buyer({ contact: { ship_to: raw } }));
    const contact = await contactOf(idOf(answer));
    expect(contact).toMatchObject({ ship_to: raw, ship_to_normalised: { street: "Vej 1", city: "Odense", postcode: "5000", country: "DK" }, geocode: { source: "built_in", precision: "town" } });
    expect(contact["coordinates"]).toMatchObject({ latitude: expect.closeTo(55.4, 1) as number });
    const order = await api.getOrder({ client: server.client, path: { id: `ord_${idOf(answer).replaceAll("-", "")}` } });
    expect(order.data).toMatchObject({ geocode: { source: "built_in", precision: "town" }, risk: null, shipments: [{ node: "north" }] });
    const [far] = await capture(buyer({ contact: { ship_to: { ...raw, city: "Bologna", postcode: "40121", country: "IT" } } }));
    expect((await world.query<{ code: string }>("select n.code from ordo.shipment s join ordo.node n on n.id = s.node_id where s.order_id = $1", [idOf(far)])).map(({ code }) => code)).toEqual(["south"]);
  });

  test("that cannot be used holds the order, with every field in the reason, an owner and a due time; it is never refused", async () => {
    const [answer] = await capture(buyer({ contact: { ship_to: { city: "Berlin", postcode: "1", country: "DE" } } }));
    expect(await holdsOf(idOf(answer))).toEqual([
      { kind: "ADDRESS", reason: "The shipping address lacks a street; its postcode is not one of DE, where it looks like 10115.", owner: "customer-service", minutes: 1440 },
    ]);
  });

  test.each([["Atlantis", "10115"], ["x".repeat(100), "'; drop table"], ["\u202eEDNALSI", "🦄🦄"], ["DE", "<script>"], ["%00%0d%0a", "{\"a\",NULL}"], ["ＤＥ", "１０１１５"], ["\ud83d\udc69\u200d", "-0"], ["US", "2134"], ["", "1e5"], ["..", "\u0007\u001b[31m"]])("hostile %s, %s comes through the interface with a hold", async (country, postcode) => {
    const body = { channel: "web", external_id: `H-${(people += 1)}`, currency: "EUR", lines: [{ sku: "A", quantity: 1, unit_price: "1" }], ship_to: { street: "\u202ex", city: "c\u0007", postcode, ...(country === "" ? {} : { country }) } };
    const { data, error } = await api.captureOrder({ client: server.client, body });
    expect(error).toBeUndefined();
    expect(data?.holds?.map(({ kind }) => kind)).toEqual(country === "ＤＥ" ? [] : ["ADDRESS"]);
  });

  test("that a channel corrects lifts its hold, is normalised and placed anew, and the order goes to the nearer node", async () => {
    const [{ id: channelId } = { id: "" }] = await world.query<{ id: string }>("select id from ordo.channel where code = 'web'");
    const order: ChannelOrder = {
      externalId: "FOLLOWED", name: "#1", version: 1, test: false, cancelled: null, currency: "EUR", placedAt: PLACED, totals: { totalMinor: 1000, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: true },
      takenOff: {}, leftThere: {}, lines: [{ externalId: "1", variantId: "v", sku: "A", title: "A", quantity: "1", unitPrice: "10.00", discountMinor: 0, taxMinor: 0, properties: [] }],
      payment: { state: "paid", payments: [] }, risk: null, customer: {}, shipTo: { street: "Via 1", city: "Bologna", postcode: "bad", country: "IT" }, billTo: null, note: null, attributes: {},
    };
    const come = async (one: ChannelOrder): Promise<string> => {
      const [taken] = await takeIn(world.store, world.tenantId, [{ messageId: `m${one.version}`, channelId, channel: "web", order: one, bodyHash: `0${one.version}`, matchBySku: true, captureTestOrders: false }], ambient);
      return taken?.orderId ?? "";
    };
    const orderId = await come(order);
    expect((await holdsOf(orderId)).map(({ kind }) => kind)).toEqual(["ADDRESS"]);
    await come({ ...order, version: 2, shipTo: { street: "Vej 1", city: "odense", postcode: "5000", country: "DK" } });
    expect(await contactOf(orderId)).toMatchObject({ ship_to: { city: "odense" }, ship_to_normalised: { city: "Odense" }, geocode: { source: "built_in", precision: "town" } });
    const [shipment] = await world.query<{ code: string }>("select n.code from ordo.shipment s join ordo.node n on n.id = s.node_id where s.order_id = $1 and s.status = 'PLANNED'", [orderId]);
    expect(shipment?.code).toBe("north");
    expect((await world.query("select from ordo.hold where order_id = $1 and released_at is null", [orderId])).length).toBe(0);
  });
});

describe("duplicates", () => {
  const twins = (email: string, over: Partial<CaptureOrder> = {}): CaptureOrder => buyer({ channel: "twins", ...over }, email);

  test("in one batch and over batches are held; the same order again is none", async () => {
    const [first, second] = [twins("a@example.com"), twins("A+shop@example.com")];
    const answers = await capture(first, second, twins("other@example.com"));
    expect(await kindsOf(answers)).toEqual([[], ["FRAUD"], []]);
    expect((await holdsOf(idOf(answers[1])))[0]?.reason).toBe(`Possible duplicate of order #${answers[0]?.ok ? answers[0].body["number"] : ""}: the same goods for the same e-mail, placed 0 minutes apart.`);
    const [again] = await capture(first);
    expect(again).toMatchObject({ ok: true, body: { existing: true } });
    const [keyed, replay] = await capture({ ...twins("k@example.com"), idempotencyKey: "twin" }, { ...twins("k@example.com"), idempotencyKey: "twin" });
    expect(replay).toMatchObject({ ok: true, replayed: true, body: keyed?.ok ? keyed.body : {} });
    expect(await kindsOf(await capture(twins("a@example.com", { placedAt: PLACED + 30 * 60_000 }), twins("a@example.com", { placedAt: PLACED + 61 * 60_000 })))).toEqual([["FRAUD"], []]);
  });

  test("of a cancelled order are none", async () => {
    const [first] = await capture(twins("c@example.com"));
    await world.act(idOf(first), { type: "cancel", lines: null, reason: "changed my mind", force: false });
    expect(await kindsOf(await capture(twins("c@example.com")))).toEqual([[]]);
  });

  test("end with the hold that a person releases", async () => {
    const [, second] = await capture(twins("r@example.com"), twins("r@example.com"));
    expect((await world.act(idOf(second), { type: "release_hold", holdNo: 1, reason: "two gifts" })).ok).toBe(true);
    expect((await world.query<{ status: string }>("select status from ordo.sales_order where id = $1", [idOf(second)]))[0]?.status).toBe("PROCESSING");
  });

  test("two transactions at once: the second waits for the first and sees its order", async () => {
    const [{ id: channelId } = { id: "" }] = await world.query<{ id: string }>("select id from ordo.channel where code = 'twins' and valid_to = 'infinity'");
    const query = { key: `${channelId}|email|race@example.com`, from: PLACED - 1, to: PLACED + 1 };
    const [order] = await capture(buyer());
    const done: string[] = [];
    let second: Promise<number> | null = null;
    await world.store.transact(world.tenantId, async (tx) => {
      await tx.loadHistory([channelId], [query]);
      second = world.store.transact(world.tenantId, async (other) => (await other.loadHistory([channelId], [query])).length).finally(() => done.push("second"));
      await world.store.transact(world.tenantId, (other) => other.loadHistory(["another channel"], [query]));
      await tx.saveTraces([{ orderId: idOf(order), key: query.key, placedAt: PLACED, goods: 1 }]);
      done.push("first");
    });
    expect(await second).toBe(1);
    expect(done).toEqual(["first", "second"]);
  });

  test("are looked for only where the channel says so", async () => {
    let asked = 0;
    const watched: ChannelStore = { transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({ ...tx, loadHistory: (...call) => ((asked += 1), tx.loadHistory(...call)), saveTraces: (...call) => ((asked += 1), tx.saveTraces(...call)) })) };
    const [plain] = await captureOrders(watched, world.tenantId, [buyer({ channel: "web" })], ambient);
    expect([asked, await traces(idOf(plain))]).toEqual([0, 0]);
    const [kept] = await captureOrders(watched, world.tenantId, [twins("w@example.com"), buyer({ channel: "web" })], ambient);
    expect([asked, await traces(idOf(kept))]).toEqual([2, 1]);
  });
});

describe("what is kept of customers", () => {
  test("is a hash that nobody makes without the tenant's secret, and goes with the contact", async () => {
    const [first, second] = (await capture(buyer({ channel: "twins", contact: { customer: { email: "e@example.com", phone: "0170 7654321" } } }), buyer({ channel: "twins" }))).map(idOf);
    expect(await traces(first ?? "")).toBe(2);
    const [plain] = await world.query<{ n: string }>("select count(*) as n from ordo.order_trace t join ordo.channel c on c.code = 'twins' where t.hash = substr(sha256(convert_to(c.id || '|email|e@example.com', 'UTF8')), 1, 16)");
    expect(Number(plain?.n)).toBe(0);
    await world.query("update ordo.order_contact set data = null, erased_hash = sha256(convert_to(data::text, 'UTF8')) where order_id = $1", [first]);
    expect(await traces(first ?? "")).toBe(0);
    expect(await traces(second ?? "")).toBe(1);
    expect(await kindsOf(await capture(buyer({ channel: "twins" }, "e@example.com")))).toEqual([[]]);
  });

  test("is no other tenant's", async () => {
    const other = await ensureTenant(world.owner, "other", "Other");
    await capture(buyer({ channel: "twins" }, "wall@example.com"));
    const [{ id: channelId } = { id: "" }] = await world.query<{ id: string }>("select id from ordo.channel where code = 'twins' and valid_to = 'infinity'");
    const queries = [{ key: `${channelId}|email|wall@example.com`, from: PLACED - 1, to: PLACED + 1 }];
    const seen = (tenantId: number) => world.store.transact(tenantId, (tx) => tx.loadHistory([channelId], queries));
    expect([(await seen(world.tenantId)).length, (await seen(other)).length]).toEqual([1, 0]);
    const secrets = await world.query<{ secret: string }>("select encode(trace_secret, 'hex') as secret from ordo.tenant");
    expect(new Set(secrets.map(({ secret }) => secret)).size).toBe(secrets.length);
  });

  test("is forgotten when no rule looks back to it", async () => {
    const [old] = (await capture(buyer({ channel: "twins", placedAt: Date.now() - 91 * 86_400_000 }))).map(idOf);
    const [young] = (await capture(buyer({ channel: "twins", placedAt: Date.now() - 89 * 86_400_000 }))).map(idOf);
    expect(await postgresIntegration(world.pool).forgetTraces(world.tenantId, 1000)).toBe(1);
    expect([await traces(old ?? ""), await traces(young ?? "")]).toEqual([0, 1]);
  });
});

test("more orders than a customer may place in the time are held, in one batch or over several", async () => {
  const fast = (minutes: number): CaptureOrder => buyer({ channel: "fast", placedAt: PLACED + minutes * 60_000 }, "fast@example.com");
  expect(await kindsOf(await capture(fast(-60), fast(-30)))).toEqual([[], []]);
  expect(await kindsOf(await capture(fast(0), fast(30)))).toEqual([["FRAUD"], ["FRAUD"]]);
  expect(await kindsOf(await capture(fast(-200)))).toEqual([[]]);
});

test("the guide shows every rule of the risk score with its points", () => {
  const guide = readFileSync(new URL("../../docs/how-to/check-orders.md", import.meta.url), "utf8");
  expect([...guide.matchAll(/^\| `([a-z_]+)` \| (\d+) \|/gm)].map(([, rule, points]) => [rule, Number(points)])).toEqual(RISK_RULES.map(({ rule, points }) => [rule, points]));
});

describe("risk", () => {
  const seen = async (orderId: string): Promise<{ status: string; risk: unknown }> =>
    (await world.query<{ status: string; risk: unknown }>("select status, document -> 'risk' as risk from ordo.sales_order where id = $1", [orderId]))[0] ?? { status: "", risk: null };

  test("is scored, held for review and shown; nothing of it names a person", async () => {
    const [plain, odd] = await capture(buyer({ channel: "risky" }), buyer({ channel: "risky", contact: { customer: { name: "Zq Canary", email: "canary@mailinator.com" }, ship_to: { street: "Postfach 1", city: "Berlin", postcode: "10115", country: "DE" } } }));
    expect(await seen(idOf(plain))).toEqual({ status: "PROCESSING", risk: { score: 0, reasons: [] } });
    const { status, risk } = await seen(idOf(odd));
    expect([status, risk]).toMatchObject(["ON_HOLD", { score: 40, reasons: [{ rule: "throw_away_mail", points: 30 }, { rule: "po_box", points: 10 }] }]);
    expect(await holdsOf(idOf(odd))).toMatchObject([{ kind: "FRAUD", owner: "fraud-review" }]);
    const everything = JSON.stringify([risk, await holdsOf(idOf(odd)), await world.query("select data, reason from ordo.event where order_id = $1", [idOf(odd)])]);
    expect(everything).not.toMatch(/canary|mailinator|postfach/i);
    const { data } = await api.getOrder({ client: server.client, path: { id: `ord_${idOf(odd).replaceAll("-", "")}` } });
    expect(data?.risk).toEqual(risk);
  });

  test("above what the channel accepts cancels the order, once, and only there", async () => {
    const [rejected, kept] = (await capture(buyer({ channel: "risky", risk: "high" }), buyer({ channel: "risky", risk: "medium" }))).map(idOf);
    const events = await world.query<RecordedEvent & { order_id: string }>('select position::int, id, type, order_id as "orderId", data from ordo.event where order_id = any($1::uuid[]) and type = $2', [[rejected, kept], "OrderCaptured"]);
    expect(events.map(({ data }) => data["rejected"] ?? false).toSorted()).toEqual([false, true]);
    expect((await seen(rejected ?? "")).status).toBe("ON_HOLD");
    for (const _ of [1, 2]) await takeNextSteps({ store: world.store, ambient }, world.tenantId, events);
    expect([(await seen(rejected ?? "")).status, (await seen(kept ?? "")).status]).toEqual(["CANCELLED", "PROCESSING"]);
    expect((await world.query("select from ordo.event where order_id = $1 and type = 'LinesCancelled'", [rejected])).length).toBe(1);
  });
});

test("payment waits or goes on as the channel says", async () => {
  const paid = (state: string, tender: string): CaptureOrder => buyer({ channel: "terms", payment: { state, payments: [{ tender, amountMinor: 1000, reference: null }] } });
  const answers = await capture(paid("pending", "invoice"), paid("pending", "card"), paid("partially_paid", "card"), paid("authorised", "card"));
  expect(await kindsOf(answers)).toEqual([[], ["PAYMENT"], ["PAYMENT"], []]);
  expect(await holdsOf(idOf(answers[2]))).toEqual([{ kind: "PAYMENT", reason: "Payment is partially paid.", owner: "payments", minutes: 60 }]);
});

describe("a channel's rules", () => {
  test("are what was put, and what they are without", async () => {
    const put = async (body: api.PutChannelData["body"]) => {
      const { error } = await api.putChannel({ client: server.client, path: { code: "ruled" }, body });
      expect(error).toBeUndefined();
      return (await api.getChannel({ client: server.client, path: { code: "ruled" } })).data;
    };
    expect(await put({ name: "Ruled", currency: "EUR" })).toMatchObject({
      payment_rules: { hold: ["pending", "failed"], accept_tenders: [], due_minutes: null }, address_rules: { due_minutes: 1440 }, duplicate_rules: null, velocity_rules: null, risk_rules: null,
    });
    const rules = {
      payment_rules: { hold: ["failed" as const], accept_tenders: ["cod"], due_minutes: 5 }, address_rules: { due_minutes: null }, duplicate_rules: { within_minutes: 5, by: ["phone" as const], hold: "MANUAL" as const },
      velocity_rules: { within_minutes: 60, by: ["ip" as const], maximum_orders: 3, maximum_total_minor: null }, risk_rules: { review_from: 50, reject_above: 90, usual_total_minor: 100 },
    };
    expect(await put({ name: "Ruled", currency: "EUR", ...rules })).toMatchObject(rules);
  });

  test.each([
    [{ duplicate_rules: { within_minutes: 0 } }, "/duplicate_rules/within_minutes"], [{ velocity_rules: { within_minutes: 5 } }, "/velocity_rules/maximum_orders"], [{ velocity_rules: { within_minutes: 129_601, maximum_orders: 1 } }, "/velocity_rules/within_minutes"],
    [{ risk_rules: { review_from: 50, reject_above: 40 } }, "/risk_rules/reject_above"], [{ payment_rules: { hold: ["maybe"] } }, "/payment_rules/hold/0"], [{ duplicate_rules: { within_minutes: 5, by: [] } }, "/duplicate_rules/by"],
  ])("%j are refused at %s", async (rules, pointer) => {
    const response = await fetch(`${server.url}/v1/channels/bad`, { method: "PUT", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body: JSON.stringify({ name: "Bad", currency: "EUR", ...rules }) });
    expect(response.status).toBe(422);
    const { errors } = await response.json() as { errors: { pointer: string }[] };
    expect(errors.map((error) => error.pointer)).toEqual([`#${pointer}`]);
  });
});
