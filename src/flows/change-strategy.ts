import { StockBook } from "../domain/inventory/index.ts";
import { type FieldError, type Outcome, refuse } from "../domain/kernel/index.ts";
import { Journal, refuseFields } from "../domain/order/index.ts";
import { checkStrategy, type Rules, type StrategyCheck, type StrategyFacts, type StrategyGroup } from "../domain/routing/index.ts";
import type { CarrierService } from "../domain/shipping/index.ts";
import { answerOnce, done } from "./idempotent.ts";
import { type Ambient, type Answer, type CommandHead, contextOf, type Transaction } from "./ports.ts";
import type { StrategyState, StrategyStore, StrategyTransaction, StrategyVersion } from "./strategy-store.ts";

interface Publishing {
  readonly note: string | null;
  /** Null for now. */
  readonly validFrom: number | null;
}

/** What people do with a strategy, named by its code. */
export type StrategyCommand = CommandHead & { readonly code: string } & (
  | { readonly type: "draft"; readonly name: string | null; readonly groups: readonly StrategyGroup[]; readonly note: string | null; readonly expectedRevision: number | null }
  | { readonly type: "drop_draft" }
  | ({ readonly type: "publish"; readonly version: number | null; readonly expectedRevision: number | null } & Publishing)
  | ({ readonly type: "rollback"; readonly toVersion: number } & Publishing)
);

/** Writes a draft, throws it away, publishes it, or publishes again what an older version said. People do so one at a time. */
export async function changeStrategy(store: StrategyStore, rules: Rules, tenantId: number, command: StrategyCommand, ambient: Ambient): Promise<Answer> {
  const [answer] = await store.transact(tenantId, (tx) =>
    answerOnce(tx, [command], async () => {
      const now = ambient.now();
      const journal = new Journal(contextOf(ambient, now, command), new StockBook([], []));
      const asked = command.type === "rollback" ? command.toVersion : command.type === "publish" ? command.version : null;
      const state = await tx.lockStrategy(command.code, asked);
      const change = decide(command, state, now, await checkOf(tx, rules, command, state, now));
      if (!change.ok) return { answers: [change], save: async () => undefined };
      const { version, event, body, created } = change.value;
      if (event !== null) journal.event(event.type, null, event.data, { reason: version?.note ?? null });
      const save = async (): Promise<void> => {
        if (event === null) return;
        if (version === null) await tx.dropStrategyDraft(command.code);
        else await tx.saveStrategyVersion({ code: command.code, name: nameOf(command, state), createdAt: state?.createdAt ?? now }, version);
        await tx.save(journal);
      };
      return { answers: [done(body, created)], save };
    }));
  return answer ?? refuse("INTERNAL", "The command got no answer.");
}

const nameOf = (command: StrategyCommand, state: StrategyState | null): string => (command.type === "draft" ? command.name : null) ?? state?.name ?? command.code;

/** What would be wrong with a strategy of these groups now, and what hardly is meant so. */
export const checkDraft = (store: StrategyStore, rules: Rules, tenantId: number, code: string, groups: readonly StrategyGroup[], ambient: Ambient): Promise<StrategyCheck> =>
  store.transact(tenantId, async (tx) => checkStrategy(code, groups, await factsOf(tx, ambient.now()), rules));

async function factsOf(tx: Transaction, now: number): Promise<StrategyFacts> {
  const [nodes, strategies, { services }] = await Promise.all([tx.loadNodes(now), tx.loadStrategies(now), tx.loadShippingFacts(now)]);
  // A strategy may be written before the first service is there.
  const known = (of: (service: CarrierService) => string): ReadonlySet<string> | null => (services.size === 0 ? null : new Set([...services.values()].map(of)));
  return { nodes: new Map(nodes.map((node) => [node.code, node])), carriers: known(({ carrier }) => carrier), serviceLevels: known(({ level }) => level), strategies };
}

const NOTHING_WRONG: StrategyCheck = { errors: [], warnings: [] };

/** Also what was right when it was written is looked at again before it decides: a node may be gone. */
async function checkOf(tx: StrategyTransaction, rules: Rules, command: StrategyCommand, state: StrategyState | null, now: number): Promise<StrategyCheck> {
  const groups = command.type === "draft" ? command.groups : command.type === "publish" ? state?.draft?.groups : command.type === "rollback" ? state?.asked?.groups : undefined;
  return groups === undefined ? NOTHING_WRONG : checkStrategy(command.code, groups, await factsOf(tx, now), rules);
}

interface Change {
  /** Null where the draft is thrown away. */
  readonly version: StrategyVersion | null;
  /** Null where nothing changes. */
  readonly event: { readonly type: "StrategyDrafted" | "StrategyDraftDropped" | "StrategyPublished"; readonly data: Readonly<Record<string, unknown>> } | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly created: boolean;
}

function decide(command: StrategyCommand, state: StrategyState | null, now: number, check: StrategyCheck): Outcome<Change> {
  if (command.type === "draft") return draft(command, state, now, check);
  if (state === null) return refuse("NOT_FOUND", `There is no strategy "${command.code}" here.`);
  if (command.type === "drop_draft") {
    if (state.draft === null) return refuse("NOT_FOUND", `Strategy ${command.code} has no draft.`);
    const { version } = state.draft;
    return { ok: true, value: { version: null, event: { type: "StrategyDraftDropped", data: { strategy: command.code, version } }, body: { code: command.code, version }, created: false } };
  }
  const early = command.validFrom !== null && command.validFrom < now ? tooEarly(command.validFrom) : null;
  const chosen = command.type === "publish" ? draftToPublish(command, state) : oldVersion(command, state);
  if (!chosen.ok) return chosen;
  const errors = [...(early ? [early] : []), ...check.errors];
  return errors.length > 0 ? refuseFields(errors) : publish(command, chosen.value, Math.max(now, state.begun ?? 0), check);
}

type Of<T extends StrategyCommand["type"]> = Extract<StrategyCommand, { readonly type: T }>;

function draft(command: Of<"draft">, state: StrategyState | null, now: number, { errors, warnings }: StrategyCheck): Outcome<Change> {
  const { code, groups, note, actor: author } = command;
  const before = state?.draft ?? null;
  const stale = staleRevision(command.expectedRevision, before?.revision ?? 0);
  if (stale) return stale;
  if (errors.length > 0) return refuseFields(errors);
  const same = before !== null && state !== null && before.note === note && nameOf(command, state) === state.name && JSON.stringify(before.groups) === JSON.stringify(groups);
  const version: StrategyVersion = same ? before : {
    code, version: before?.version ?? (state?.latest ?? 0) + 1, groups, revision: (before?.revision ?? 0) + 1, note, author, createdAt: before?.createdAt ?? now, published: null,
  };
  const figures = { version: version.version, revision: version.revision };
  return {
    ok: true,
    value: {
      version, event: same ? null : { type: "StrategyDrafted", data: { strategy: code, ...figures, groups: groups.length } }, body: { code, ...figures, warnings }, created: before === null,
    },
  };
}

const staleRevision = (expected: number | null, revision: number): ReturnType<typeof refuse> | null =>
  expected === null || expected === revision ? null : refuse("STALE_VERSION", `The draft is at revision ${revision}, you read ${expected}.`, { data: { revision } });

const tooEarly = (validFrom: number): FieldError =>
  ({ pointer: "/valid_from", code: "INVALID_FIELD", detail: `valid_from ${new Date(validFrom).toISOString()} has passed: what orders were routed by stays as it was.` });

function draftToPublish({ code, version, expectedRevision }: Of<"publish">, { draft: open, asked }: StrategyState): Outcome<StrategyVersion> {
  if (version !== null && asked === null) return refuse("NOT_FOUND", `Strategy ${code} has no version ${version}.`);
  if (asked !== null && asked.published !== null) return refuse("NOT_IN_STATE", `Version ${asked.version} of ${code} was published before; roll back to it to publish what it says again.`, { data: { state: "published" } });
  if (open === null) return refuse("NOT_FOUND", `Strategy ${code} has no draft.`);
  return staleRevision(expectedRevision, open.revision) ?? { ok: true, value: open };
}

/** What an older version said, as a new version of its own. */
function oldVersion({ code, toVersion, actor }: Of<"rollback">, { asked, latest }: StrategyState): Outcome<StrategyVersion> {
  if (asked === null) return refuse("NOT_FOUND", `Strategy ${code} has no version ${toVersion}.`);
  if (asked.published === null) return refuse("NOT_IN_STATE", `Version ${toVersion} of ${code} is a draft and was never published.`, { data: { state: "draft" } });
  return { ok: true, value: { ...asked, version: latest + 1, revision: 1, author: actor, note: `Back to version ${toVersion}.`, published: null } };
}

/** Clocks of processes differ: what is to decide at once begins no earlier than what was published before, which would otherwise end it. */
function publish(command: Of<"publish" | "rollback">, chosen: StrategyVersion, now: number, { warnings }: StrategyCheck): Outcome<Change> {
  const { code, actor: by } = command;
  const validFrom = command.validFrom ?? now;
  const version: StrategyVersion = { ...chosen, note: command.note ?? chosen.note, createdAt: command.type === "rollback" ? now : chosen.createdAt, published: { at: now, by, validFrom } };
  const told = { version: version.version, valid_from: new Date(validFrom).toISOString(), ...(command.type === "rollback" ? { back_to: command.toVersion } : {}) };
  return { ok: true, value: { version, event: { type: "StrategyPublished", data: { strategy: code, ...told } }, body: { code, ...told, warnings }, created: command.type === "rollback" } };
}
