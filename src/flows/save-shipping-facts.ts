import type { Channel, Node } from "../domain/catalog/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { refuse } from "../domain/kernel/index.ts";
import { countryCode, Journal, refuseFields } from "../domain/order/index.ts";
import {
  checkShippingFact, type DatedShippingFact, namersOf, SHIPPING_FACT_NAMES, type ShippingFact, type ShippingFactChange, type ShippingFactKind, shippingFactsOf,
} from "../domain/shipping/index.ts";
import { changedSince } from "./changed-since.ts";
import { answerOnce, done } from "./idempotent.ts";
import { type Ambient, type Answer, type CommandHead, contextOf, type Store } from "./ports.ts";

/**
 * Saves a whole fact from a time on (null: from now), or ends one now with all that was announced of it. `expectedFrom`: since when what
 * was read holds, null where nothing was there; absent where nobody asks.
 */
export type ShippingFactCommand = CommandHead & (
  | { readonly action: "save"; readonly fact: ShippingFact; readonly validFrom: number | null; readonly expectedFrom?: number | null | undefined }
  | { readonly action: "end"; readonly kind: ShippingFactKind; readonly code: string }
);

/** Calendars, carriers' services, rate cards, package types, exchange rates and what customs ask; what held before stays readable at its own time. */
export function saveShippingFacts(store: Store, tenantId: number, commands: readonly ShippingFactCommand[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      // The time too: whoever waited with an earlier one would find what they have read where somebody has changed it since.
      await tx.lockFacts();
      const now = ambient.now();
      const journal = new Journal(contextOf(ambient, now, { actor: "system" }), new StockBook([], []));
      const earliest = Math.min(now, ...fresh.map((command) => (command.action === "save" ? command.validFrom ?? now : now)));
      const shelf = new Shelf(await tx.loadShippingFactVersions(earliest));
      const ends = fresh.some(({ action }) => action === "end");
      const users: Users = { nodes: ends ? await tx.loadNodes(now) : [], channels: ends ? await tx.loadChannels(now) : [] };
      const answers = fresh.map((command) => journal.as(command, () =>
        command.action === "save" ? save(journal, shelf, command, now) : end(journal, shelf, users, command, now)));
      return {
        answers,
        save: async () => {
          if (shelf.changes.length > 0) await tx.saveShippingFacts(shelf.changes);
          await tx.save(journal);
        },
      };
    }),
  );
}

/** The versions of all facts, with what the batch changed so far. */
class Shelf {
  readonly changes: ShippingFactChange[] = [];
  #versions: readonly DatedShippingFact[];

  constructor(versions: readonly DatedShippingFact[]) {
    this.#versions = versions;
  }

  of(kind: ShippingFactKind, code: string): readonly DatedShippingFact[] {
    return this.#versions.filter(({ fact }) => fact.kind === kind && fact.code === code);
  }

  at(time: number): readonly ShippingFact[] {
    return this.#versions.filter(({ validFrom, validTo }) => validFrom <= time && (validTo === null || time < validTo)).map(({ fact }) => fact);
  }

  /** What holds at a time or will hold after it. */
  from(time: number): readonly ShippingFact[] {
    return this.#versions.filter(({ validTo }) => validTo === null || time < validTo).map(({ fact }) => fact);
  }

  change(change: ShippingFactChange): void {
    const { fact, validFrom, ended } = change;
    const isSame = ({ fact: other }: DatedShippingFact): boolean => other.kind === fact.kind && other.code === fact.code;
    const next = this.of(fact.kind, fact.code).find((version) => version.validFrom > validFrom);
    const kept = this.#versions.filter((version) => !isSame(version) || (ended ? version.validFrom < validFrom : version.validFrom !== validFrom))
      .map((version) => (isSame(version) && version.validFrom < validFrom && (version.validTo === null || version.validTo > validFrom) ? { ...version, validTo: validFrom } : version));
    const added = ended ? [] : [{ fact, validFrom, validTo: next?.validFrom ?? null }];
    this.#versions = [...kept, ...added].sort((a, b) => a.validFrom - b.validFrom);
    this.changes.push(change);
  }
}

type SaveFact = Extract<ShippingFactCommand, { readonly action: "save" }>;

function save(journal: Journal, shelf: Shelf, { fact, validFrom: wantedFrom, expectedFrom }: SaveFact, now: number): Answer {
  const validFrom = wantedFrom ?? now;
  const versions = shelf.of(fact.kind, fact.code);
  const there = versions.find((version) => version.validFrom <= validFrom && (version.validTo === null || validFrom < version.validTo));
  // The same once more changes nothing: a file may be imported again.
  if (there && (wantedFrom === null || there.validFrom === wantedFrom) && JSON.stringify(there.fact.document) === JSON.stringify(fact.document)) return done(bodyOf(fact, there.validFrom, false));
  const held = versions.find((version) => version.validFrom <= now && (version.validTo === null || now < version.validTo));
  const stale = changedSince(`${SHIPPING_FACT_NAMES[fact.kind]} "${fact.code}"`, expectedFrom, held?.validFrom ?? null, now);
  if (stale) return stale;
  const others = shelf.at(Math.max(validFrom, now)).filter(({ kind, code }) => kind !== fact.kind || code !== fact.code);
  const errors = checkShippingFact(fact, shippingFactsOf(others), (code) => countryCode(code) === code);
  if (errors.length > 0) return refuseFields(errors);
  shelf.change({ fact, validFrom, ended: false });
  journal.event("ShippingFactSaved", null, { kind: fact.kind, code: fact.code, valid_from: new Date(validFrom).toISOString(), ended: false });
  return done(bodyOf(fact, validFrom, true), versions.length === 0);
}

const bodyOf = ({ kind, code }: ShippingFact, validFrom: number, changed: boolean): Readonly<Record<string, unknown>> => ({ kind, code, valid_from: new Date(validFrom).toISOString(), changed });

type EndFact = Extract<ShippingFactCommand, { readonly action: "end" }>;

/** Who names facts beside other facts. */
interface Users {
  readonly nodes: readonly Node[];
  readonly channels: readonly Channel[];
}

function end(journal: Journal, shelf: Shelf, { nodes, channels }: Users, { kind, code }: EndFact, now: number): Answer {
  const last = shelf.of(kind, code).find(({ validTo }) => validTo === null || now < validTo);
  if (!last) return refuse("NOT_FOUND", `There is no ${SHIPPING_FACT_NAMES[kind]} "${code}" here.`);
  const atNodes = nodes.filter(({ operations: { calendar, services } }) => (kind === "calendar" && calendar === code) || (kind === "carrier_service" && services?.includes(code) === true));
  const inChannels = channels.filter(({ deadlines: { shipBy, deliverBy } }) => kind === "calendar" && (shipBy?.calendar === code || deliverBy?.calendar === code));
  const namers = [...namersOf(kind, code, shelf.from(now)), ...atNodes.map((node) => `node ${node.code}`), ...inChannels.map((channel) => `channel ${channel.code}`)];
  if (namers.length > 0) return refuse("FACT_IN_USE", `The ${SHIPPING_FACT_NAMES[kind]} "${code}" is still named by ${namers.slice(0, 5).join(", ")}${namers.length > 5 ? ` and ${namers.length - 5} more` : ""}.`, { data: { named_by: namers } });
  shelf.change({ fact: last.fact, validFrom: now, ended: true });
  const ended = new Date(now).toISOString();
  journal.event("ShippingFactSaved", null, { kind, code, valid_from: ended, ended: true });
  return done({ kind, code, valid_to: ended });
}
