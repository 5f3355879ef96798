import { type ClaimedPromise, type ClaimLine, dropClaim, type SoftClaim, type StockBook, takeClaim } from "../domain/inventory/index.ts";
import { canShip, type GivenQuantity, isKitItem, type Item, type Node, readQuantity } from "../domain/catalog/index.ts";
import { accept, type FieldError, type Outcome, publicId, refuse } from "../domain/kernel/index.ts";
import { Journal, partsOf, refuseFields } from "../domain/order/index.ts";
import { answerOnce, done } from "./idempotent.ts";
import { loadItemsWithComponents } from "./load-items.ts";
import { type Ambient, type Answer, type CommandHead, contextOf, type Store } from "./ports.ts";

/** A soft claim keeps stock for a basket until a time; it becomes a reservation when an order names it. */
export type ClaimCommand = CommandHead & (
  | { readonly type: "create"; readonly reference: string | null; readonly ttlSeconds: number; readonly lines: readonly { readonly sku: string; readonly node: string | null; readonly quantity: GivenQuantity }[] }
  | { readonly type: "extend"; readonly claimId: string; readonly ttlSeconds: number }
  | { readonly type: "release"; readonly claimId: string }
  | { readonly type: "expire"; readonly claimId: string }
);

interface Facts {
  readonly items: ReadonlyMap<string, Item>;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly online: readonly string[];
  readonly claims: Map<string, SoftClaim>;
}

export type NewLine = ClaimLine & { readonly item: Item };

export function claimStock(store: Store, tenantId: number, commands: readonly ClaimCommand[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      const now = ambient.now();
      const skus = fresh.flatMap((command) => (command.type === "create" ? command.lines.map((line) => line.sku) : []));
      const items = await loadItemsWithComponents(tx, skus, now);
      const nodes = await tx.loadNodes(now);
      const claims = await tx.lockClaims([...new Set(fresh.flatMap((command) => (command.type === "create" ? [] : [command.claimId])))]);
      const itemIds = new Set([...items.map((item) => item.id), ...claims.flatMap((claim) => claim.lines.map((line) => line.itemId))]);
      // Claims named here settle themselves, run out or not, so the figures must still contain them.
      const book = await tx.lockSupply([...itemIds], claims.length > 0 ? null : now);
      const facts: Facts = {
        items: new Map(items.map((item) => [item.sku, item])), nodes: new Map(nodes.map((node) => [node.code, node])),
        online: nodes.filter(canShip).map((node) => node.id), claims: new Map(claims.map((claim) => [claim.id, claim])),
      };
      const journal = new Journal(contextOf(ambient, now, { actor: "system" }), book);
      const answers = fresh.map((command) => journal.as(command, () => decide(journal, book, command, facts, now)));
      return {
        answers,
        save: async () => {
          await tx.saveClaims([...facts.claims.values()]);
          await tx.save(journal);
        },
      };
    }),
  );
}

function decide(journal: Journal, book: StockBook, command: ClaimCommand, facts: Facts, now: number): Answer {
  if (command.type === "create") return create(journal, command, facts);
  const claim = facts.claims.get(command.claimId);
  if (!claim) return refuse("NOT_FOUND", `There is no claim ${publicId("claim", command.claimId)}.`);
  if (claim.status !== "open") return refuse("CLAIM_NOT_OPEN", `The claim is ${claim.status}.`, { data: { status: claim.status } });
  const runOut = claim.expiresAt <= now;
  if (command.type === "extend" && !runOut) {
    const extended = { ...claim, expiresAt: now + command.ttlSeconds * 1000 };
    facts.claims.set(claim.id, extended);
    journal.event("ClaimExtended", null, { claim: publicId("claim", claim.id), expires_at: new Date(extended.expiresAt).toISOString() });
    return done(shown(extended));
  }
  if (command.type === "expire" && !runOut) return done(shown(claim));
  dropClaim(book, claim);
  const ended: SoftClaim = { ...claim, status: runOut ? "expired" : "released" };
  facts.claims.set(claim.id, ended);
  journal.event(runOut ? "ClaimExpired" : "ClaimReleased", null, { claim: publicId("claim", claim.id) });
  if (command.type === "extend") return refuse("CLAIM_NOT_OPEN", "The claim has run out.", { data: { status: "expired" } });
  return done(shown(ended));
}

function create(journal: Journal, command: Extract<ClaimCommand, { type: "create" }>, facts: Facts): Answer {
  const errors: FieldError[] = [];
  const lines: NewLine[] = [];
  command.lines.forEach(({ sku, node: code, quantity }, index) => {
    const item = facts.items.get(sku);
    const node = code === null ? null : facts.nodes.get(code);
    if (!item) errors.push({ pointer: `/lines/${index}/sku`, code: "UNKNOWN_ITEM", detail: `There is no item with SKU "${sku}".` });
    if (node === undefined) errors.push({ pointer: `/lines/${index}/node`, code: "UNKNOWN_NODE", detail: `There is no node "${code}".` });
    const nodeId = node?.id ?? null;
    const amount = item && readQuantity(item, quantity, "positive");
    if (amount && !amount.ok) errors.push({ pointer: `/lines/${index}/${amount.refusal.code === "UNKNOWN_UNIT" ? "unit" : "quantity"}`, code: amount.refusal.code, detail: amount.refusal.detail });
    if (command.lines.slice(0, index).some((line) => line.sku === sku && line.node === code)) {
      errors.push({ pointer: `/lines/${index}`, code: "DUPLICATE_VALUE", detail: `"${sku}" at ${code ?? "any node"} stands in an earlier line; add the quantities up.` });
    } else if (item && node !== undefined && amount?.ok) {
      const claimed = claimedItems(item, amount.value, facts);
      if (claimed.ok) for (const one of claimed.value) addUp(lines, { ...one, itemId: one.item.id, nodeId });
      else errors.push({ pointer: `/lines/${index}/sku`, code: claimed.refusal.code, detail: claimed.refusal.detail });
    }
  });
  if (errors.length > 0) return refuseFields(errors);
  const opened = openClaim(journal, lines, facts.online, command);
  if (!opened.ok) return opened;
  const { claim, answer } = opened.value;
  facts.claims.set(claim.id, claim);
  return answer;
}

/** Takes the stock of a new claim, all of it or nothing. */
export function openClaim(
  journal: Journal, lines: readonly NewLine[], online: readonly string[], { reference, ttlSeconds, promise }: { readonly reference: string | null; readonly ttlSeconds: number; readonly promise?: ClaimedPromise },
): Outcome<{ readonly claim: SoftClaim; readonly answer: Answer }> {
  const taken = takeClaim(journal.book, lines, online);
  if (!taken.ok) return taken;
  const { now, newId } = journal.context;
  const claim: SoftClaim = {
    id: newId(), status: "open", reference, createdAt: now, expiresAt: now + ttlSeconds * 1000, lines: lines.map(({ itemId, nodeId, quantity }) => ({ itemId, nodeId, quantity })), ...(promise ? { promise } : {}),
  };
  journal.event("ClaimCreated", null, { claim: publicId("claim", claim.id), expires_at: new Date(claim.expiresAt).toISOString(), lines: lines.map((line) => [publicId("item", line.itemId), line.quantity]) });
  return accept({ claim, answer: done(shown(claim), true) });
}

/** A kit is claimed by claiming what it consists of. */
function claimedItems(item: Item, quantity: number, { items }: Facts): Outcome<readonly { readonly item: Item; readonly quantity: number }[]> {
  if (!isKitItem(item)) return accept([{ item, quantity }]);
  const parts = partsOf(item, (sku) => items.get(sku));
  if (!parts.ok) return parts;
  return accept(parts.value.flatMap((part) => {
    const component = items.get(part.item.sku);
    return component ? [{ item: component, quantity: part.quantity * quantity }] : [];
  }));
}

/** A claim has one line for an item at a place: kits may share a component, with each other and with a line of its own. */
export function addUp(lines: NewLine[], line: NewLine): void {
  const same = lines.findIndex(({ itemId, nodeId }) => itemId === line.itemId && nodeId === line.nodeId);
  const before = lines[same];
  if (before) lines[same] = { ...before, quantity: before.quantity + line.quantity };
  else lines.push(line);
}

const shown = (claim: SoftClaim): Readonly<Record<string, unknown>> => ({
  id: publicId("claim", claim.id), status: claim.status, reference: claim.reference, expires_at: new Date(claim.expiresAt).toISOString(),
});
