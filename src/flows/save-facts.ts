import { type Channel, type GivenQuantity, isKitItem, type Item, type Node, readQuantity } from "../domain/catalog/index.ts";
import { StockBook, type Supply, SupplyBook } from "../domain/inventory/index.ts";
import { type FieldError, type Instant, publicId } from "../domain/kernel/index.ts";
import { Journal, refuseFields } from "../domain/order/index.ts";
import { changedFields, toldChanges } from "./changed-fields.ts";
import { changedSince } from "./changed-since.ts";
import { answerOnce, done } from "./idempotent.ts";
import { type Ambient, type Answer, type CommandHead, contextOf, type Dated, type Store, type Transaction } from "./ports.ts";

type New<T> = Omit<T, "id">;

/** A fact that decisions read, named by its own code. It holds from `validFrom` on (null: from now), the version before it until then. */
export type FactCommand = CommandHead & { readonly validFrom: number | null } & (
  | { readonly type: "item"; readonly fact: New<Item> }
  /** `expectedFrom`: since when what was read holds, null where nothing was there; absent where nobody asks. */
  | { readonly type: "node"; readonly fact: New<Node>; readonly expectedFrom?: Instant | null | undefined }
  | { readonly type: "channel"; readonly fact: New<Channel> }
);

export type SupplyCommand = CommandHead & {
  readonly sku: string;
  readonly node: string;
  readonly supply: Pick<Supply, "kind" | "reference" | "dueAt" | "confidence"> & { readonly quantity: GivenQuantity };
};

/** Creates or changes items, nodes and channels; what was true before stays readable at its own time. */
export function saveFacts(store: Store, tenantId: number, commands: readonly FactCommand[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      // Closing and opening write whole nodes from what they read: one after the other, or one would take back what the other said.
      if (fresh.some(({ type }) => type === "node")) await tx.lockFacts();
      const now = ambient.now();
      const journal = new Journal(contextOf(ambient, now, { actor: "system" }), new StockBook([], []));
      const known = await loadKnown(tx, fresh, now);
      const answers = fresh.map((command) => journal.as(command, () => decide(journal, command, known, now)));
      const of = <K extends FactCommand["type"]>(type: K): Extract<FactCommand, { type: K }>[] =>
        fresh.filter((command, index): command is Extract<FactCommand, { type: K }> => command.type === type && answers[index]?.ok === true);
      const first = new Set(answers.flatMap((answer, index) => (answer.ok && answer.created ? [fresh[index]] : [])));
      const dated = <T>(fact: T, command: FactCommand): Dated<T> => ({ fact, validFrom: command.validFrom ?? now, isFirst: first.has(command) });
      const idOf = (command: FactCommand): string => known.get(identity(command))?.id ?? "";
      const save = async (): Promise<void> => {
        for (const round of rounds(of("item"))) await tx.saveItems(round.map((command) => dated({ ...command.fact, id: idOf(command) }, command)));
        for (const round of rounds(of("node"))) await tx.saveNodes(round.map((command) => dated({ ...command.fact, id: idOf(command) }, command)));
        for (const round of rounds(of("channel"))) await tx.saveChannels(round.map((command) => dated({ ...command.fact, id: idOf(command) }, command)));
        await tx.save(journal);
      };
      return { answers, save };
    }),
  );
}

const identity = (command: FactCommand): string => `${command.type} ${command.type === "item" ? command.fact.sku : command.fact.code}`;

/**
 * Of several commands for one code and time the last wins, as it would one after the other. Versions of one code come in
 * rounds of their own, because each has to find where those before it end.
 */
function rounds<C extends FactCommand>(commands: readonly C[]): C[][] {
  const found: C[][] = [];
  const taken = new Map<string, number>();
  for (const command of new Map(commands.map((one) => [`${identity(one)} ${one.validFrom}`, one])).values()) {
    const round = taken.get(identity(command)) ?? 0;
    taken.set(identity(command), round + 1);
    (found[round] ??= []).push(command);
  }
  return found;
}

interface Known {
  readonly id: string;
  readonly scale: number | null;
  readonly kit: boolean;
  /** As it holds now; null of what only has to be there. */
  readonly fact: object | null;
  /** Since when it holds, where a command asks. */
  readonly from?: Instant | undefined;
}

async function loadKnown(tx: Transaction, commands: readonly FactCommand[], now: number): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  const skus = new Set(commands.flatMap((command) => (command.type === "item" ? [command.fact.sku, ...(command.fact.components ?? []).map(({ sku }) => sku)] : [])));
  if (skus.size > 0) for (const item of await tx.loadItemsBySku([...skus], now)) known.set(`item ${item.sku}`, { id: item.id, scale: item.quantityScale, kit: isKitItem(item), fact: item });
  if (commands.some((command) => command.type !== "item")) {
    const from = commands.some((command) => command.type === "node" && command.expectedFrom !== undefined) ? await tx.loadNodeBeginnings(now) : null;
    for (const node of await tx.loadNodes(now)) known.set(`node ${node.code}`, { id: node.id, scale: null, kit: false, fact: node, from: from?.get(node.code) });
    for (const channel of await tx.loadChannels(now)) known.set(`channel ${channel.code}`, { id: channel.id, scale: null, kit: false, fact: channel });
  }
  if (commands.some((command) => command.type === "channel" && command.fact.strategy !== null)) {
    for (const code of (await tx.loadStrategies(now)).keys()) known.set(`strategy ${code}`, { id: code, scale: null, kit: false, fact: null });
  }
  if (commands.some((command) => calendarsNamed(command).length > 0 || servicesNamed(command).length > 0)) {
    const { calendars, services } = await tx.loadShippingFacts(now);
    for (const code of calendars.keys()) known.set(`calendar ${code}`, { id: code, scale: null, kit: false, fact: null });
    for (const code of services.keys()) known.set(`service ${code}`, { id: code, scale: null, kit: false, fact: null });
    if (services.size > 0) known.set(SOME_SERVICE, { id: "", scale: null, kit: false, fact: null });
  }
  return known;
}

function decide(journal: Journal, command: FactCommand, known: Map<string, Known>, now: number): Answer {
  const key = identity(command);
  const existing = known.get(key);
  const stale = command.type === "node" ? changedSince(key, command.expectedFrom, existing === undefined ? null : existing.from ?? now, now) : null;
  if (stale) return stale;
  if (command.type === "channel" && command.fact.nodePool !== null) {
    const errors = command.fact.nodePool.flatMap((code, index): FieldError[] =>
      known.has(`node ${code}`) ? [] : [{ pointer: `/node_pool/${index}`, code: "UNKNOWN_NODE", detail: `There is no node "${code}".` }]);
    if (errors.length > 0) return refuseFields(errors);
  }
  if (command.type === "channel" && command.fact.strategy !== null && !known.has(`strategy ${command.fact.strategy}`)) {
    return refuseFields([{ pointer: "/strategy", code: "UNKNOWN_STRATEGY", detail: `There is no routing strategy "${command.fact.strategy}" with a version that holds now.` }]);
  }
  const unknown = [...unknownCalendars(command, known), ...unknownServices(command, known)];
  if (unknown.length > 0) return refuseFields(unknown);
  const wrong = command.type === "item" ? wrongComponents(command.fact, known) : [];
  if (wrong.length > 0) return refuseFields(wrong);
  // A thing's first version holds from the beginning of its time, so a backdated order still finds it.
  if (existing === undefined && command.validFrom !== null && command.validFrom > now) {
    const detail = `valid_from is in the future, and there is no ${key} yet; create it first, then announce the change.`;
    return refuseFields([{ pointer: "/valid_from", code: "INVALID_FIELD", detail }]);
  }
  const scale = command.type === "item" ? command.fact.quantityScale : null;
  // Stock, lines and ledgers count in units of this scale: another one would give every figure another meaning.
  if (existing !== undefined && existing.scale !== scale) {
    const detail = `${key} is counted with a quantity_scale of ${existing.scale}, and that stays; give goods that are counted otherwise an item of their own.`;
    return refuseFields([{ pointer: "/quantity_scale", code: "INVALID_FIELD", detail }]);
  }
  const id = existing?.id ?? journal.context.newId();
  const changes = existing?.fact ? toldChanges(changedFields(existing.fact, { ...command.fact, id })) : {};
  known.set(key, { id, scale, kit: command.type === "item" && isKitItem(command.fact), fact: { ...command.fact, id }, from: command.validFrom ?? now });
  const kind = command.type;
  const code = command.type === "item" ? command.fact.sku : command.fact.code;
  if (kind === "item") journal.event("ItemSaved", null, { item: publicId("item", id), sku: code, ...changes });
  else if (kind === "node") journal.event("NodeSaved", null, { node: publicId("node", id), code, status: command.fact.status, ...changes });
  else journal.event("ChannelSaved", null, { channel: publicId("channel", id), code, ...changes });
  return done({ id: publicId(kind, id), [kind === "item" ? "sku" : "code"]: code }, existing === undefined);
}

/** Calendars that a node works by, or by which a channel counts its orders' dates. */
function calendarsNamed(command: FactCommand): { readonly pointer: string; readonly calendar: string }[] {
  if (command.type === "item") return [];
  const { fact } = command;
  const named = "operations" in fact ? [["/operations/calendar", fact.operations.calendar] as const]
    : [["/deadlines/ship_by/calendar", fact.deadlines.shipBy?.calendar] as const, ["/deadlines/deliver_by/calendar", fact.deadlines.deliverBy?.calendar] as const];
  return named.flatMap(([pointer, calendar]) => (calendar ? [{ pointer, calendar }] : []));
}

const unknownCalendars = (command: FactCommand, known: ReadonlyMap<string, Known>): FieldError[] => calendarsNamed(command).flatMap(({ pointer, calendar }): FieldError[] =>
  (known.has(`calendar ${calendar}`) ? [] : [{ pointer, code: "UNKNOWN_CALENDAR", detail: `There is no calendar "${calendar}".` }]));

const SOME_SERVICE = "some service";
const servicesNamed = (command: FactCommand): readonly string[] => (command.type === "node" ? command.fact.operations.services ?? [] : []);

/** Nodes may be described before the first service is there; from then on a name that no service has is a slip, and would keep every carrier from the node. */
const unknownServices = (command: FactCommand, known: ReadonlyMap<string, Known>): FieldError[] => (!known.has(SOME_SERVICE) ? [] : servicesNamed(command).flatMap((key, index): FieldError[] =>
  (known.has(`service ${key}`) ? [] : [{ pointer: `/operations/services/${index}`, code: "UNKNOWN_SERVICE", detail: `There is no carrier service "${key}".` }])));

/** A kit consists of items that are there and are no kits. */
const wrongComponents = ({ sku: kit, components }: New<Item>, known: ReadonlyMap<string, Known>): FieldError[] => (components ?? []).flatMap(({ sku }, index): FieldError[] => {
  const pointer = `/components/${index}/sku`;
  const item = known.get(`item ${sku}`);
  if (sku === kit || item?.kit) return [{ pointer, code: "KIT_IN_KIT", detail: `"${sku}" is a kit itself.` }];
  return item ? [] : [{ pointer, code: "UNKNOWN_ITEM", detail: `There is no item with SKU "${sku}"; create the components first.` }];
});

/** Announces inbound goods: they raise what can be promised from their due time on, as far as they are trusted. */
export function announceSupply(store: Store, tenantId: number, commands: readonly SupplyCommand[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      const now = ambient.now();
      const items = new Map((await tx.loadItemsBySku([...new Set(fresh.map(({ sku }) => sku))], now)).map((item) => [item.sku, item]));
      const nodes = new Map((await tx.loadNodes(now)).map((node) => [node.code, node]));
      const journal = new Journal(contextOf(ambient, now, { actor: "system" }), new StockBook([], []));
      const book = new SupplyBook([], []);
      journal.inbound = book;
      const answers = fresh.map((command): Answer => {
        const { sku, node: code, supply } = command;
        const item = items.get(sku);
        const node = nodes.get(code);
        const errors: FieldError[] = [];
        if (!item) errors.push({ pointer: "/sku", code: "UNKNOWN_ITEM", detail: `There is no item with SKU "${sku}".` });
        if (!node) errors.push({ pointer: "/node", code: "UNKNOWN_NODE", detail: `There is no node "${code}".` });
        if (item && isKitItem(item)) errors.push({ pointer: "/sku", code: "KIT_HAS_NO_STOCK", detail: `${item.sku} is a kit: announce its components.` });
        const amount = item && readQuantity(item, supply.quantity, "positive");
        if (amount && !amount.ok) errors.push({ pointer: amount.refusal.code === "UNKNOWN_UNIT" ? "/unit" : "/quantity", code: amount.refusal.code, detail: amount.refusal.detail });
        if (!item || !node || !amount?.ok || errors.length > 0) return refuseFields(errors);
        const created: Supply = { ...supply, quantity: amount.value, id: ambient.newId(), itemId: item.id, nodeId: node.id, received: 0, damaged: 0, claimed: 0, closedAt: null, orderId: null };
        book.put(created);
        const id = publicId("supply", created.id);
        journal.as(command, () => journal.event("SupplyCreated", null, { supply: id, item: publicId("item", item.id), node: code, quantity: created.quantity, due_at: new Date(supply.dueAt).toISOString() }));
        return done({ id }, true);
      });
      return { answers, save: () => tx.save(journal) };
    }),
  );
}
