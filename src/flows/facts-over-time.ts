import type { Item, Node } from "../domain/catalog/index.ts";
import type { RoutingTools, SourcingFacts } from "../domain/fulfillment/index.ts";
import { type Instant, present } from "../domain/kernel/index.ts";
import type { Strategy } from "../domain/routing/index.ts";
import type { FactsThen, ItemThen, Past } from "./past.ts";

/** A strategy that decides in place of the one that did: for the channels that had one of its code, or for one channel. */
export interface Substitute {
  readonly strategy: Strategy;
  readonly channelId: string | null;
}

/** Facts as they held, each stretch of time loaded when the log comes to it. */
export class FactsOverTime {
  readonly #past: Past;
  readonly #tenantId: number;
  readonly #starts: readonly Instant[];
  readonly #items: ReadonlyMap<string, readonly ItemThen[]>;
  #loaded: readonly FactsThen[] = [];

  constructor(past: Past, tenantId: number, starts: readonly Instant[], items: ReadonlyMap<string, readonly ItemThen[]>) {
    this.#past = past;
    this.#tenantId = tenantId;
    this.#starts = starts;
    this.#items = items;
  }

  /** Everything that holds from one instant to another; what held before is forgotten. */
  async load(from: Instant, to: Instant): Promise<void> {
    const first = Math.max(0, this.#starts.findLastIndex((at) => at <= from));
    const wanted = this.#starts.slice(first).filter((at, n) => n === 0 || at <= to);
    const loaded: FactsThen[] = [];
    for (const at of wanted) loaded.push(this.#loaded.find(({ validFrom }) => validFrom === at) ?? await this.#past.facts(this.#tenantId, at));
    this.#loaded = loaded;
  }

  at(now: Instant): FactsThen {
    return present(this.#loaded.findLast(({ validFrom }) => validFrom <= now) ?? this.#loaded[0], "facts");
  }

  /** An item as it was; the nearest version where none was valid then. */
  item(id: string, now: Instant): Item {
    const versions = present(this.#items.get(id), "item");
    const found = versions.length === 1 ? versions[0] : (versions.findLast(({ validFrom }) => validFrom <= now) ?? versions[0]);
    return present(found, "item").item;
  }

  nodes(now: Instant): readonly Node[] {
    return this.at(now).nodes;
  }

  /** What decisions of one world read. */
  sourcing(tools: RoutingTools, backlog: (nodeId: string) => number, substitute: Substitute | null): (now: Instant, channelId: string) => SourcingFacts {
    const known = new Map<string, { readonly stretch: FactsThen; readonly facts: Omit<SourcingFacts, "item"> }>();
    return (now, channelId) => {
      const stretch = this.at(now);
      let one = known.get(channelId);
      if (one?.stretch !== stretch) {
        const found = present(stretch.channels.find(({ id }) => id === channelId), "channel");
        const replaces = substitute !== null && (substitute.channelId === null ? found.strategy === substitute.strategy.code : substitute.channelId === channelId);
        const channel = replaces ? { ...found, strategy: substitute.strategy.code } : found;
        const strategies = substitute === null ? stretch.strategies : new Map([...stretch.strategies, [substitute.strategy.code, substitute.strategy]]);
        known.set(channelId, (one = { stretch, facts: { channel, nodes: stretch.nodes, shipping: stretch.shipping, strategies, tools, backlog } }));
      }
      return { ...one.facts, item: (id) => this.item(id, now) };
    };
  }
}
