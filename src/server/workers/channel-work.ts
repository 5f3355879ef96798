import { hash } from "node:crypto";
import { availabilityOf } from "../../flows/availability.ts";
import type { CalledConnection, CallKind, ClaimedCall, StockToTell } from "../../flows/channel-calls.ts";
import type { Connector, LookedUp } from "../../flows/connector.ts";
import type { CallChannel, FulfilmentTelling, FulfilmentTold, StockTelling, StockTold, Unfinished, WriteBackResult } from "../../flows/write-back.ts";
import { channelClient, type Pace } from "./channel-client.ts";
import type { WorkerDeps } from "./ports.ts";

/** A hundred products with their texts fit. */
const ANSWER_MAX = 8 * 1024 * 1024;

/** How a piece of work ended, and what the channel shows of stock where it was told. */
export interface Performed {
  readonly result: WriteBackResult;
  readonly told: Readonly<Record<string, number>> | null;
}

/**
 * Work of one connection as it is done, piece by piece: stock as many at once as the kind of channel takes, anything else
 * alone. The two take turns, so that neither waits for all of the other.
 */
export function piecesOf(calls: readonly ClaimedCall[], connectors: WorkerDeps["connectors"]): readonly (readonly ClaimedCall[])[] {
  const stock = calls.filter(({ work }) => work?.kind === "stock");
  const atOnce = connectors.get(stock[0]?.connection.connector ?? "")?.writeBack?.stock?.atOnce ?? 1;
  const batches = Array.from({ length: Math.ceil(stock.length / atOnce) }, (_, index) => stock.slice(index * atOnce, (index + 1) * atOnce));
  const others = calls.filter(({ work }) => work?.kind !== "stock").map((call) => [call]);
  return Array.from({ length: Math.max(batches.length, others.length) }, (_, index) => [batches[index], others[index]].flatMap((piece) => (piece ? [piece] : []))).flat();
}

/** Does one piece of work; as many results as it has calls, in their order. */
export async function perform(deps: WorkerDeps, tenantId: number, piece: readonly ClaimedCall[], pace: Pace): Promise<readonly Performed[]> {
  const [first] = piece;
  if (first === undefined) return [];
  const { connection, work } = first;
  if (work === null) return [only({ kind: "done", note: "What it was about is gone; there was nothing to tell." })];
  const connector = deps.connectors.get(connection.connector);
  const writeBack = connector?.writeBack;
  const call = writeBack && channelClient(deps, connection, writeBack, pace, ANSWER_MAX);
  if (work.kind === "stock") {
    const stock = piece.flatMap((one) => (one.work?.kind === "stock" ? [one.work.told] : []));
    return call && writeBack.stock ? tellStock(deps, tenantId, connection, { stock, telling: writeBack.stock, call }) : piece.map(() => only(unable(connection, connector, "stock")));
  }
  if (work.kind === "fulfil") return [only(call && writeBack.fulfil ? await tellFulfilment(work.told, writeBack.fulfil, call) : unable(connection, connector, work.kind))];
  if (work.kind === "cancel") return [only(call && writeBack.cancel ? await writeBack.cancel(work.told, call) : unable(connection, connector, work.kind))];
  if (work.kind === "look_up") return [only(call && connector?.lookUp ? await keepAnswer(deps, tenantId, connection, await connector.lookUp(work.subject, call)) : unable(connection, connector, work.kind))];
  return [only(call && writeBack.acknowledge ? await writeBack.acknowledge(work.told, call) : unable(connection, connector, work.kind))];
}

const only = (result: WriteBackResult): Performed => ({ result, told: null });

const CALLED_TO: Readonly<Record<CallKind, string>> = {
  acknowledge: "be told that an order was taken in", fulfil: "be told what was shipped", cancel: "be told that an order was cancelled", stock: "be told what can be sold",
  look_up: "be asked which order a message is about",
};

/** Nothing is sent; whoever looks after the channel has to see to it by hand. */
function unable({ connector: name }: CalledConnection, connector: Connector | undefined, kind: CallKind): WriteBackResult {
  return { kind: "dead", reason: `${connector?.title ?? `"${name}"`} cannot ${CALLED_TO[kind]} from here. See to it there by hand.` };
}

/** What the channel answers is taken in like a message of its own; the same state twice is one message. */
async function keepAnswer({ inbox, ambient }: WorkerDeps, tenantId: number, { id: connectionId }: CalledConnection, answer: LookedUp | Unfinished): Promise<WriteBackResult> {
  if (answer.kind !== "found") return answer;
  const body = Buffer.from(JSON.stringify(answer.body));
  const [isNew] = await inbox.keep(tenantId, [{ id: ambient.newId(), connectionId, deliveryId: answer.deliveryId, topic: answer.topic, bodyHash: hash("sha256", body), body }]);
  return { kind: "done", note: isNew === true ? "The channel answered; its answer is in the inbox." : "The channel answered what it had answered before." };
}

async function tellFulfilment(told: FulfilmentTold, { tracking, partial, tell }: FulfilmentTelling, call: CallChannel): Promise<WriteBackResult> {
  if (!partial && !told.completes) return { kind: "done", note: "This kind of channel cannot be told of a part; it hears when everything has left." };
  return tell(tracking ? told : { ...told, carrier: null, trackingNumbers: [] }, call);
}

interface StockWork {
  readonly stock: readonly StockToTell[];
  readonly telling: StockTelling;
  readonly call: CallChannel;
}

/** What the channel was told before is not told again; the rest goes out together. */
async function tellStock(deps: WorkerDeps, tenantId: number, connection: CalledConnection, { stock, telling, call }: StockWork): Promise<readonly Performed[]> {
  const now = await stockNow(deps, tenantId, connection, stock);
  const figures = now.map(({ available, places }): Record<string, number> => ({ "": available, ...Object.fromEntries(places.map((one) => [one.place, one.available])) }));
  const isNew = now.map(({ toldBefore }, index) => !same(figures[index] ?? {}, toldBefore));
  const fresh = now.filter((_, index) => isNew[index]).map((one) => (telling.compareAndSet ? one : { ...one, toldBefore: null }));
  const results = fresh.length === 0 ? [] : await telling.tell(fresh, call);
  const next = results.values();
  return now.map(({ available }, index): Performed => {
    if (!isNew[index]) return only({ kind: "done", note: `The channel was told ${available} before.` });
    const result = next.next().value ?? { kind: "retry", reason: "The connector did not say what became of it.", afterMs: null };
    return { result, told: result.kind === "done" ? (figures[index] ?? null) : null };
  });
}

const same = (figures: Readonly<Record<string, number>>, before: Readonly<Record<string, number>> | null): boolean =>
  before !== null && Object.keys({ ...figures, ...before }).every((key) => figures[key] === before[key]);

/** What can be sold of variants now, read at the moment of telling, so that the latest figure is told whatever was noted when. */
async function stockNow({ availability, ambient }: WorkerDeps, tenantId: number, { channel, places }: CalledConnection, stock: readonly StockToTell[]): Promise<readonly StockTold[]> {
  const now = ambient.now();
  const facts = await availability(tenantId, { skus: [...new Set(stock.map(({ sku }) => sku))], at: now, now, channel });
  return stock.map(({ variantId, sku, perUnit, toldBefore }) => {
    const item = facts.items.get(sku);
    const view = item && availabilityOf(item, null, facts);
    const network = Math.max(0, view?.network.atp ?? 0);
    const byPlace = new Map<string, number>(Object.values(places).map((place) => [place, 0]));
    for (const { node, eligible, atp } of view?.nodes ?? []) {
      const place = places[node];
      if (place !== undefined && eligible) byPlace.set(place, (byPlace.get(place) ?? 0) + atp);
    }
    // Kits whose components lie in different places can be sold, though no place has a whole one: the first place shows them.
    const [first] = byPlace.keys();
    const inPlaces = item && availabilityOf(item, null, { ...facts, eligible: new Set([...facts.eligible].filter((node) => places[node] !== undefined)) });
    const nowhereWhole = Math.min(network, inPlaces?.network.atp ?? 0) - [...byPlace.values()].reduce((sum, atp) => sum + atp, 0);
    if (first !== undefined && nowhereWhole > 0) byPlace.set(first, (byPlace.get(first) ?? 0) + nowhereWhole);
    return { variantId, sku, available: Math.floor(network / perUnit), toldBefore, places: shareOut(byPlace, network, perUnit) };
  });
}

/** Places never show more together than the network has: what is promised already without a node is taken from the fullest. */
function shareOut(byPlace: ReadonlyMap<string, number>, network: number, perUnit: number): { place: string; available: number }[] {
  const places = [...byPlace].map(([place, atp]) => ({ place, atp })).toSorted((a, b) => b.atp - a.atp || (a.place < b.place ? -1 : 1));
  let over = places.reduce((sum, { atp }) => sum + atp, 0) - network;
  return places.map(({ place, atp }) => {
    const taken = Math.min(atp, Math.max(0, over));
    over -= taken;
    return { place, available: Math.floor((atp - taken) / perUnit) };
  }).toSorted((a, b) => (a.place < b.place ? -1 : 1));
}
