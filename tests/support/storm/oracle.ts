import { verifyDatabase } from "../../../src/postgres/verify/database.ts";
import type { Command, LineQuantity, ShipmentAction } from "./commands.ts";
import type { Call, History } from "./history.ts";
import type { Records, Stored, StoredItem, StoredOrder } from "./oracle-reads.ts";
import type { Shop } from "./shop.ts";

/**
 * Judges a run by nothing but its history and the database: nothing sold that is not there, everything acknowledged done
 * exactly once and whole, nothing refused done at all, nothing left lying. Each broken promise is a sentence.
 */
export async function judge(records: Records, history: History, shops: readonly Shop[], prefix = ""): Promise<string[]> {
  const stored = await records.read(prefix);
  return [
    ...judgeCalls(history), ...judgeAnswers(history, stored), ...judgeOrders(history, stored), ...judgeCancellations(history, stored), ...judgeItems(history, stored),
    ...judgeQuiet(shops, stored), ...judgeFacts(history, stored), ...judgeClaims(history, stored), ...judgePositions(stored), ...stored.stranded.map((what) => `stranded: ${what}`),
  ];
}

/** `ordo verify` over the whole database: how many differences it names, and the first of each check. */
export async function verified(ownerUrl: string): Promise<string[]> {
  const found = await verifyDatabase(ownerUrl, { limit: 3 });
  const reports = found.flatMap(({ verification }) => verification.checks);
  if (reports.reduce((sum, { examined }) => sum + examined, 0) === 0) return ["verify examined nothing"];
  return reports.filter(({ differences }) => differences > 0).map(({ check, differences, named }) => `verify: ${differences} differences in ${check}: ${JSON.stringify(named)}`);
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

/** Expected refusals. Anything else that is not done for good would be a surprise to a caller. */
const MAY_REFUSE: Readonly<Record<Command["kind"], readonly string[]>> = {
  capture: ["INSUFFICIENT_STOCK", "CLAIM_NOT_OPEN"], cancel: ["ALREADY_SHIPPED", "QUANTITY_NOT_THERE"], claim: ["INSUFFICIENT_STOCK"], extend: ["CLAIM_NOT_OPEN"],
  unclaim: ["CLAIM_NOT_OPEN"], receive: [], count: [], adjust: ["QUANTITY_NOT_THERE"], shipment: ["NOT_IN_STATE", "QUANTITY_NOT_THERE", "NO_CANCEL_REQUESTED"],
};
/** Nothing was done, and the caller left it at that. */
const GAVE_UP: readonly string[] = ["UNAVAILABLE", "TOO_MANY_REQUESTS", "NOT_SENT"];

function judgeCalls({ calls }: History): string[] {
  return calls.flatMap((call) => {
    const { key, command, outcome, code, provokes, contradiction } = call;
    const name = `${command.kind} ${key}`;
    const found: string[] = [];
    if (outcome === "unknown") found.push(`unresolved: ${name} is still unknown after ${call.attempts.length} requests (${call.attempts.at(-1)?.code})`);
    if (contradiction !== null) found.push(`contradicted: ${name} was acknowledged and, repeated, answered ${contradiction}`);
    const defect = call.attempts.find(({ status }) => status !== null && status >= 500 && status !== 503);
    if (defect) found.push(`defect: ${name} was answered ${defect.status} ${defect.code}`);
    if (outcome === "refused" && !(provokes ?? [...MAY_REFUSE[command.kind], ...GAVE_UP]).includes(code ?? "")) found.push(`unexpected refusal: ${name} was refused with ${code}`);
    if (outcome === "acknowledged" && provokes !== null) found.push(`not refused: ${name} should have been refused with ${provokes.join(" or ")}`);
    return found;
  });
}

/** The stored answers are those that were given, one for each acknowledged key and none for any other. */
function judgeAnswers(history: History, { answers }: Stored): string[] {
  const stored = new Map(answers.map(({ key, answer }) => [key, answer]));
  const found: string[] = [];
  const acknowledged = new Set<string>();
  for (const { key, outcome, answer } of history.calls) {
    if (outcome !== "acknowledged") continue;
    acknowledged.add(key);
    const kept = stored.get(key);
    if (kept === undefined) found.push(`forgotten: no answer is kept for the acknowledged key ${key}`);
    else if (JSON.stringify(JSON.parse(kept)) !== JSON.stringify(answer)) found.push(`other answer: key ${key} was answered ${JSON.stringify(answer)}, kept is ${kept}`);
  }
  for (const key of stored.keys()) if (!acknowledged.has(key)) found.push(`done though not acknowledged: key ${key} has an answer`);
  return found;
}

function judgeOrders(history: History, { orders }: Stored): string[] {
  const captures = groupBy(history.done("capture"), ({ command }) => command.externalId);
  const stored = groupBy(orders, ({ external_id: externalId }) => externalId);
  const found: string[] = [];
  for (const [externalId, calls] of captures) {
    const [order, ...more] = stored.get(externalId) ?? [];
    if (!order) found.push(`lost: the acknowledged order ${externalId} is not there`);
    else found.push(...judgeOrder(order, calls, externalId));
    if (more.length > 0) found.push(`done twice: there are ${more.length + 1} orders ${externalId}`);
  }
  for (const externalId of stored.keys()) if (!captures.has(externalId)) found.push(`done though not acknowledged: order ${externalId} is there`);
  const numbers = new Set(orders.map(({ number }) => number));
  if (numbers.size !== orders.length) found.push(`done twice: ${orders.length} orders have ${numbers.size} numbers`);
  return found;
}

function judgeOrder(order: StoredOrder, calls: readonly (Call & { readonly command: Extract<Command, { kind: "capture" }> })[], name: string): string[] {
  const found: string[] = [];
  const [{ command } = { command: null }] = calls;
  if (calls.some(({ answer }) => answer?.["id"] !== order.id || answer["number"] !== order.number)) found.push(`other order: ${name} was answered with another id or number than ${order.id}`);
  if (calls.filter(({ answer }) => answer?.["existing"] !== true).length !== 1) found.push(`done twice: order ${name} was created by ${calls.length} calls`);
  if (order.captures !== 1) found.push(`half done or twice: order ${name} has ${order.captures} captured events`);
  if (order.contacts !== 1 || order.decisions < 1 || order.lines.length === 0) found.push(`half done: order ${name} has ${order.contacts} contacts, ${order.decisions} decisions, ${order.lines.length} lines`);
  if (order.lines.some(({ ordered, entered }) => ordered !== entered)) found.push(`half done: units of order ${name} entered it by no movement, or by two`);
  const wanted = JSON.stringify(command?.lines.map(({ sku, quantity }) => [sku, quantity]));
  const got = JSON.stringify(order.lines.map(({ sku, ordered }) => [sku, ordered]));
  if (wanted !== got) found.push(`half done: order ${name} should have the lines ${wanted}, it has ${got}`);
  return found;
}

/** What was cancelled is what cancellations were answered, and at most what nodes were asked for beside that. */
function judgeCancellations(history: History, { orders }: Stored): string[] {
  const calls = groupBy(history.done("cancel"), ({ command }) => command.order);
  return orders.flatMap((order) => {
    const own = calls.get(order.id) ?? [];
    const found = order.cancellations === own.length ? [] : [`${order.cancellations > own.length ? "done twice" : "lost"}: order ${order.external_id} has ${order.cancellations} cancellations, ${own.length} were acknowledged`];
    for (const { line, cancelled } of order.lines) {
      const sum = (part: "cancelled" | "asked"): number =>
        own.reduce((total, { answer }) => total + ((answer[part] ?? []) as readonly LineQuantity[]).filter((one) => one.line === line).reduce((units, { quantity }) => units + quantity, 0), 0);
      const [least, most] = [sum("cancelled"), sum("cancelled") + sum("asked")];
      if (cancelled < least || cancelled > most) found.push(`other quantity: line ${line} of order ${order.external_id} has ${cancelled} cancelled, its answers say ${least} to ${most}`);
    }
    return found;
  });
}

/** Units in by the answers, units there and gone by the database. */
function judgeItems(history: History, { items }: Stored): string[] {
  const changes = groupBy(history.done("receive", "count", "adjust"), ({ command }) => command.sku);
  return items.flatMap((item) => {
    const own = changes.get(item.sku) ?? [];
    const put = own.reduce((sum, { answer }) => sum + Number(answer["change"]), 0);
    const receipts = own.filter(({ command }) => command.kind === "receive").length;
    return judgeItem(item, put, receipts, own.length - receipts);
  });
}

function judgeItem(item: StoredItem, put: number, receipts: number, corrections: number): string[] {
  const { sku, on_hand: onHand, reserved, short, claiming, gone, missed, sent } = item;
  const found: string[] = [];
  if (claiming + gone > put + missed + short) found.push(`oversold: ${claiming + gone} of ${sku} are sold, ${put + missed} were there (${short} found short)`);
  if (onHand !== put + missed - gone) found.push(`other stock: ${onHand} of ${sku} are on hand, ${put} came in, ${-missed} were missed, ${gone} left`);
  if (reserved !== claiming) found.push(`other stock: ${reserved} of ${sku} are reserved, order lines claim ${claiming}`);
  if (sent !== gone) found.push(`other stock: ${sent} of ${sku} left the nodes, order lines say ${gone}`);
  if (item.received_events !== receipts) found.push(`${item.received_events > receipts ? "done twice" : "lost"}: ${sku} has ${item.received_events} receipts, ${receipts} were acknowledged`);
  if (item.adjusted_events !== corrections) found.push(`${item.adjusted_events > corrections ? "done twice" : "lost"}: ${sku} has ${item.adjusted_events} corrections, ${corrections} were acknowledged`);
  return found;
}

/** More buyers than units, single units, nothing comes back: sold is what there was, to the unit. */
function judgeQuiet(shops: readonly Shop[], { items }: Stored): string[] {
  const bySku = new Map(items.map((item) => [item.sku, item]));
  return shops.flatMap(({ quiet }) => quiet).flatMap(({ sku, stock, safety, buyers }) => {
    const sold = bySku.get(sku)?.claiming ?? 0;
    const due = Math.min(buyers, stock - safety);
    if (sold === due) return [];
    return [sold > due ? `oversold: ${sold} of ${sku} are sold, ${due} may be` : `stranded: ${sold} of ${sku} are sold to ${buyers} buyers, ${due} could be`];
  });
}

const EVENT_OF: Readonly<Record<ShipmentAction, string>> = {
  release: "ShipmentReleased", accept: "ShipmentAccepted", reject: "ShipmentRejected", pick: "ShipmentPicked", pack: "ShipmentPacked", ship: "ShipmentShipped", deliver: "ShipmentDelivered",
  "answer-cancel": "CancelAnswered",
};

/** Each reported fact is in the log once, and nothing that nobody reported. */
function judgeFacts(history: History, { facts }: Stored): string[] {
  const reported = new Map<string, number>();
  for (const { command } of history.done("shipment")) {
    const name = `${EVENT_OF[command.action]} ${command.shipment}`;
    reported.set(name, (reported.get(name) ?? 0) + 1);
  }
  const found: string[] = [];
  const logged = new Map(facts.map(({ type, shipment, count }) => [`${type} ${shipment}`, count]));
  for (const name of new Set([...reported.keys(), ...logged.keys()])) {
    const [asked, done] = [reported.get(name) ?? 0, logged.get(name) ?? 0];
    if (asked !== done) found.push(`${done > asked ? "done twice" : "lost"}: ${name} is in the log ${done} times, ${asked} were acknowledged`);
  }
  return found;
}

function judgeClaims(history: History, { claims }: Stored): string[] {
  const converted = new Map(history.done("capture").flatMap(({ command, answer }) => (command.claim === null || answer["existing"] === true ? [] : [[command.claim, command.externalId] as const])));
  const ended = new Set(history.done("unclaim").map(({ command }) => command.claim));
  const extended = groupBy(history.done("extend"), ({ command }) => command.claim);
  const made = new Map(history.done("claim").map((call) => [String(call.answer["id"]), call]));
  const found: string[] = [];
  for (const { id, status, created, extended: extensions } of claims) {
    const call = made.get(id);
    if (!call) {
      found.push(`done though not acknowledged: claim ${id}`);
      continue;
    }
    const times = extended.get(id)?.length ?? 0;
    if (created !== 1 || extensions !== times) found.push(`done twice: claim ${id} was made ${created} times and extended ${extensions} times, ${times} were acknowledged`);
    const due = converted.has(id) ? ["converted"] : ended.has(id) ? ["released", "expired"] : call.command.ttlSeconds < 60 ? ["expired"] : ["open"];
    if (!due.includes(status)) found.push(`other claim: ${id} is ${status}, it should be ${due.join(" or ")}`);
    made.delete(id);
  }
  for (const id of made.keys()) found.push(`lost: the acknowledged claim ${id} is not there`);
  return found;
}

function judgePositions({ positions: { first, last, events, counter } }: Stored): string[] {
  const dense = events === 0 || (first === 1 && last === events && counter === last);
  return dense ? [] : [`gaps: ${events} events stand at positions ${first} to ${last}, the counter says ${counter}`];
}
