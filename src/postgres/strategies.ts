import type { Strategy } from "../domain/routing/index.ts";
import type { StandingVersion, StrategyState, StrategyTransaction, VersionWithdrawal } from "../flows/strategy-store.ts";
import { instant, json, millis } from "./columns.ts";
import { DecisionOutdated, type Session, statement } from "./database.ts";
import { raiseFactVersion } from "./facts.ts";

const LOAD = statement("load_strategies", `
  select code, version, groups from routing_strategy_version
  where tenant_id = (select current_tenant()) and published_at is not null and valid_from <= $1 and $1 < valid_to order by code`);
const LOCK = statement("lock_strategy", `
  select name, created_at from routing_strategy where tenant_id = (select current_tenant()) and code = $1 for no key update`);
/** After the lock, in a statement of its own, so that it sees what the transaction we waited for left. */
const LATEST = statement("latest_strategy_version", `
  select coalesce(max(version), 0) as latest, max(valid_from) filter (where valid_from <= published_at) as begun from routing_strategy_version where tenant_id = (select current_tenant()) and code = $1`);
const STATE = statement("load_strategy_state", `
  select code, version, revision, groups, note, author, created_at, published_at, published_by, valid_from, valid_to, withdrawn_at, withdrawn_by, withdrawn_reason from routing_strategy_version
  where tenant_id = (select current_tenant()) and code = $1 and (published_at is null or version = $2)`);
const BEFORE = statement("strategy_version_before", `
  select version from routing_strategy_version
  where tenant_id = (select current_tenant()) and code = $1 and valid_from < valid_to and valid_to =
    (select a.valid_from from routing_strategy_version a where a.tenant_id = (select current_tenant()) and a.code = $1 and a.version = $2)`);
const SAVE_STRATEGY = statement("save_strategy", `
  insert into routing_strategy (tenant_id, code, name, created_at) values ((select current_tenant()), $1, $2, $3)
  on conflict (tenant_id, code) do update set name = excluded.name`);
/** Changes only the draft that was read: one that came to be meanwhile is looked at first. */
const SAVE_VERSION = statement("save_strategy_version", `
  insert into routing_strategy_version (tenant_id, code, version, revision, groups, note, author, created_at, published_at, published_by, valid_from, valid_to)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce(
    (select min(n.valid_from) from routing_strategy_version n where n.tenant_id = (select current_tenant()) and n.code = $1 and n.valid_from > $10 and n.valid_from < n.valid_to), 'infinity'))
  on conflict (tenant_id, code, version) do update set revision = excluded.revision, groups = excluded.groups, note = excluded.note, author = excluded.author,
    published_at = excluded.published_at, published_by = excluded.published_by, valid_from = excluded.valid_from, valid_to = excluded.valid_to
  where routing_strategy_version.published_at is null and routing_strategy_version.revision = excluded.revision - case when excluded.published_at is null then 1 else 0 end`);
/** One that would have begun at the same instant never holds. */
const END = statement("end_strategy_versions", `
  update routing_strategy_version set valid_to = $3
  where tenant_id = (select current_tenant()) and code = $1 and version <> $2 and published_at is not null and valid_from <= $3 and valid_to > $3`);
/** Only what is announced still, and as it was read. */
const WITHDRAW = statement("withdraw_strategy_version", `
  update routing_strategy_version set valid_to = valid_from, withdrawn_at = $4, withdrawn_by = $5, withdrawn_reason = $6
  where tenant_id = (select current_tenant()) and code = $1 and version = $2 and withdrawn_at is null and valid_to = coalesce($3::timestamptz, 'infinity')`);
/** The one before closes the gap. */
const REJOIN = statement("rejoin_strategy_versions", `
  update routing_strategy_version set valid_to = coalesce($3::timestamptz, 'infinity') where tenant_id = (select current_tenant()) and code = $1 and version = $2 and valid_to = $4`);
const DROP = statement("drop_strategy_draft", `
  delete from routing_strategy_version where tenant_id = (select current_tenant()) and code = $1 and published_at is null`);

interface VersionDb {
  code: string; version: number; revision: number; groups: Strategy["groups"]; note: string | null; author: string; created_at: Date; published_at: Date | null; published_by: string | null; valid_from: Date | null;
  valid_to: unknown; withdrawn_at: Date | null; withdrawn_by: string | null; withdrawn_reason: string | null;
}

export async function loadStrategies(session: Session, now: number): Promise<ReadonlyMap<string, Strategy>> {
  const rows = await session.rows<Strategy>(LOAD, [instant(now)]);
  return new Map(rows.map(({ code, version, groups }) => [code, { code, version, groups }]));
}

const readVersion = (row: VersionDb): StandingVersion => ({
  code: row.code, version: row.version, groups: row.groups, revision: row.revision, note: row.note, author: row.author, createdAt: row.created_at.getTime(),
  published: row.published_at === null || row.valid_from === null ? null : { at: row.published_at.getTime(), by: row.published_by ?? "", validFrom: row.valid_from.getTime() },
  validTo: millis(row.valid_to), withdrawn: row.withdrawn_at === null ? null : { at: row.withdrawn_at.getTime(), by: row.withdrawn_by ?? "", reason: row.withdrawn_reason ?? "" },
});

export async function lockStrategy(session: Session, code: string, version: number | null): Promise<StrategyState | null> {
  const [strategy] = await session.rows<{ name: string; created_at: Date }>(LOCK, [code]);
  if (!strategy) return null;
  const [[counted], rows, [before]] = await Promise.all([
    session.rows<{ latest: number; begun: Date | null }>(LATEST, [code]), session.rows<VersionDb>(STATE, [code, version]), version === null ? [] : session.rows<{ version: number }>(BEFORE, [code, version]),
  ]);
  const versions = rows.map(readVersion);
  return {
    name: strategy.name, createdAt: strategy.created_at.getTime(), latest: counted?.latest ?? 0, begun: counted?.begun?.getTime() ?? null, draft: versions.find(({ published }) => published === null) ?? null,
    asked: versions.find((one) => one.version === version) ?? null, before: before?.version ?? null,
  };
}

export const saveStrategyVersion = async (session: Session, ...[strategy, one]: Parameters<StrategyTransaction["saveStrategyVersion"]>): Promise<void> => {
  const { code, version, published } = one;
  const validFrom = instant(published?.validFrom ?? null);
  await session.run(SAVE_STRATEGY, [code, strategy.name, instant(strategy.createdAt)]);
  const written = await session.run(SAVE_VERSION, [
    code, version, one.revision, json(one.groups), one.note, one.author, instant(one.createdAt), instant(published?.at ?? null), published?.by ?? null, validFrom,
  ]);
  if (written === 0) throw new DecisionOutdated("the draft was changed meanwhile");
  if (published === null) return;
  await session.run(END, [code, version, validFrom]);
  await raiseFactVersion(session, [published]);
};

export async function dropStrategyDraft(session: Session, code: string): Promise<void> {
  await session.run(DROP, [code]);
}

export async function withdrawStrategyVersion(session: Session, { code, version, validFrom, heir, until, withdrawn }: VersionWithdrawal): Promise<void> {
  const written = await session.run(WITHDRAW, [code, version, instant(until), instant(withdrawn.at), withdrawn.by, withdrawn.reason]);
  const rejoined = heir === null ? 1 : await session.run(REJOIN, [code, heir, instant(until), instant(validFrom)]);
  if (written === 0 || rejoined === 0) throw new DecisionOutdated("what is announced was changed meanwhile");
  await raiseFactVersion(session, [{ validFrom }]);
}
