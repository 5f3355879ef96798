import type { Channel, Item, Node } from "../domain/catalog/index.ts";
import type { Strategy } from "../domain/routing/index.ts";
import type { ShippingFacts } from "../domain/shipping/index.ts";
import { instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";
import { loadChannels, loadItems, loadItemsBySku, loadNodes } from "./facts.ts";
import { countBacklog } from "./shipments.ts";
import { loadShippingFacts } from "./shipping-facts.ts";
import { loadStrategies } from "./strategies.ts";

/** The state of all facts at a time: how often they were changed, and the last change that was in force. */
const VERSION = statement("fact_version", `
  select version, (select extract(epoch from max(at)) from fact_change where tenant_id = (select current_tenant()) and at <= $1)::text as latest
  from fact_version where tenant_id = (select current_tenant())`);

/** How long a count of waiting work is good enough: it moves by what a node does in that time. */
const BACKLOG_HOLDS_MS = 15_000;
const NO_BACKLOG: ReadonlyMap<string, number> = new Map();
const ITEMS_MAX = 200_000;

interface Facts {
  readonly key: string;
  channels: readonly Channel[] | null;
  nodes: readonly Node[] | null;
  strategies: ReadonlyMap<string, Strategy> | null;
  backlog: { readonly at: number; readonly counts: ReadonlyMap<string, number> } | null;
  shipping: ShippingFacts | null;
  readonly bySku: Map<string, Item>;
  readonly byId: Map<string, Item>;
}

/**
 * Facts change rarely and every order reads hundreds of them, so each process keeps what it has read. A transaction
 * asks once for the version, inside itself, and uses only what was read at that version; reading them anew took a
 * tenth of the whole cost of a capture.
 */
export class FactCache {
  readonly #tenants = new Map<number, Facts>();

  /** The facts as one transaction sees them. */
  view(session: Session, tenantId: number): FactView {
    return new FactView(session, async (now) => {
      const [row] = await session.rows<{ version: number; latest: string | null }>(VERSION, [instant(now)]);
      const key = `${row?.version}:${row?.latest}`;
      const kept = this.#tenants.get(tenantId);
      if (kept?.key === key) return kept;
      const fresh: Facts = { key, channels: null, nodes: null, strategies: null, backlog: null, shipping: null, bySku: new Map(), byId: new Map() };
      this.#tenants.set(tenantId, fresh);
      return fresh;
    });
  }
}

export class FactView {
  readonly #session: Session;
  readonly #open: (now: number) => Promise<Facts>;
  #facts: Promise<Facts> | null = null;

  constructor(session: Session, open: (now: number) => Promise<Facts>) {
    this.#session = session;
    this.#open = open;
  }

  /** Asked once a transaction, however many loads ask at the same time. */
  #at(now: number): Promise<Facts> {
    this.#facts ??= this.#open(now);
    return this.#facts;
  }

  async channels(now: number): Promise<readonly Channel[]> {
    const facts = await this.#at(now);
    facts.channels ??= await loadChannels(this.#session, now);
    return facts.channels;
  }

  async nodes(now: number): Promise<readonly Node[]> {
    const facts = await this.#at(now);
    facts.nodes ??= await loadNodes(this.#session, now);
    return facts.nodes;
  }

  async strategies(now: number): Promise<ReadonlyMap<string, Strategy>> {
    const facts = await this.#at(now);
    facts.strategies ??= await loadStrategies(this.#session, now);
    return facts.strategies;
  }

  async backlog(now: number): Promise<(nodeId: string) => number> {
    const facts = await this.#at(now);
    if (facts.backlog === null || Math.abs(now - facts.backlog.at) > BACKLOG_HOLDS_MS) {
      const nodes = facts.nodes ?? (facts.nodes = await loadNodes(this.#session, now));
      const slowed = nodes.some(({ operations: { processing } }) => processing.milliMinutesPerBacklogOrder > 0);
      // Nobody asks for it where no node slows down and no strategy routes.
      const asked = slowed || (await this.strategies(now)).size > 0;
      facts.backlog = { at: now, counts: asked ? await countBacklog(this.#session) : NO_BACKLOG };
    }
    const { counts } = facts.backlog;
    return (nodeId) => counts.get(nodeId) ?? 0;
  }

  async shipping(now: number): Promise<ShippingFacts> {
    const facts = await this.#at(now);
    facts.shipping ??= await loadShippingFacts(this.#session, now);
    return facts.shipping;
  }

  async itemsBySku(skus: readonly string[], now: number): Promise<readonly Item[]> {
    const facts = await this.#at(now);
    const missing = skus.filter((sku) => !facts.bySku.has(sku));
    if (missing.length > 0) remember(facts, await loadItemsBySku(this.#session, missing, now));
    return skus.flatMap((sku) => facts.bySku.get(sku) ?? []);
  }

  async items(ids: readonly string[], now: number): Promise<readonly Item[]> {
    const facts = await this.#at(now);
    const missing = ids.filter((id) => !facts.byId.has(id));
    if (missing.length > 0) remember(facts, await loadItems(this.#session, missing, now));
    return ids.flatMap((id) => facts.byId.get(id) ?? []);
  }
}

function remember(facts: Facts, items: readonly Item[]): void {
  if (facts.byId.size + items.length > ITEMS_MAX) {
    facts.bySku.clear();
    facts.byId.clear();
  }
  for (const item of items) {
    facts.bySku.set(item.sku, item);
    facts.byId.set(item.id, item);
  }
}
