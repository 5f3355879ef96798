import { type Strategy, strategyDocument } from "../../domain/routing/index.ts";
import type { CodeFilter, Page } from "../../flows/queries.ts";
import { type Strategies, statusOf, type StrategySummary, type StrategyVersionSummary, type StrategyVersionView, type StrategyView } from "../../flows/strategies.ts";
import { instant, millis } from "../columns.ts";
import { statement } from "../database.ts";
import { iso, isoOrNull, isoText, pageOf, type Reader } from "./reader.ts";

const LIST = statement("strategy_list", `
  select s.code, s.name, s.created_at,
    (select v.version from routing_strategy_version v where v.tenant_id = s.tenant_id and v.code = s.code and v.published_at is not null and v.valid_from <= $1 and $1 < v.valid_to) as live,
    (select json_build_object('version', v.version, 'revision', v.revision) from routing_strategy_version v where v.tenant_id = s.tenant_id and v.code = s.code and v.published_at is null) as draft,
    (select coalesce(json_agg(json_build_object('version', v.version, 'valid_from', v.valid_from) order by v.valid_from), '[]') from routing_strategy_version v
      where v.tenant_id = s.tenant_id and v.code = s.code and v.valid_from > $1 and v.valid_from < v.valid_to) as scheduled,
    array(select c.code from channel c where c.tenant_id = s.tenant_id and c.strategy = s.code and c.valid_from <= $1 and $1 < c.valid_to order by c.code) as channels
  from routing_strategy s where s.tenant_id = (select current_tenant()) and ($2::text is null or s.code > $2) and ($3::text is null or s.code = $3)
  order by s.code limit $4`);
const VERSIONS = statement("strategy_versions", `
  select v.version, v.revision, v.note, v.author, coalesce(k.name, u.name) as author_name, v.created_at, v.published_at, v.published_by, v.valid_from, v.valid_to,
    v.withdrawn_at, v.withdrawn_by, v.withdrawn_reason, coalesce(wk.name, wu.name) as withdrawn_by_name,
    case when $2::int is not null or v.published_at is null or (v.valid_from <= $3 and $3 < v.valid_to) then v.groups end as groups
  from routing_strategy_version v left join api_key k on k.tenant_id = v.tenant_id and v.author like 'key\\_%' and v.author = 'key_' || replace(k.id::text, '-', '')
    left join app_user u on u.tenant_id = v.tenant_id and v.author like 'usr\\_%' and v.author = 'usr_' || replace(u.id::text, '-', '')
    left join api_key wk on wk.tenant_id = v.tenant_id and v.withdrawn_by like 'key\\_%' and v.withdrawn_by = 'key_' || replace(wk.id::text, '-', '')
    left join app_user wu on wu.tenant_id = v.tenant_id and v.withdrawn_by like 'usr\\_%' and v.withdrawn_by = 'usr_' || replace(wu.id::text, '-', '')
  where v.tenant_id = (select current_tenant()) and v.code = $1 and ($2::int is null or v.version = $2)
  order by v.version desc limit 100`);

interface SummaryDb extends Omit<StrategySummary, "created_at" | "scheduled"> { created_at: Date; scheduled: readonly { version: number; valid_from: string }[] }
interface VersionDb {
  version: number; revision: number; note: string | null; author: string; author_name: string | null; created_at: Date; published_at: Date | null; published_by: string | null;
  valid_from: Date | null; valid_to: unknown; withdrawn_at: Date | null; withdrawn_by: string | null; withdrawn_reason: string | null; withdrawn_by_name: string | null; groups: Strategy["groups"] | null;
}

async function list(reader: Reader, tenantId: number, { after, code, limit }: CodeFilter, now: number): Promise<Page<StrategySummary>> {
  const rows = await reader.rows<SummaryDb>(tenantId, LIST, [instant(now), after?.[0] ?? null, code, limit + 1]);
  return pageOf(rows, limit, (row) => ({
    ...row, created_at: iso(row.created_at), scheduled: row.scheduled.map((one) => ({ version: one.version, valid_from: isoText(one.valid_from) })),
  }), ({ code: last }) => [last]);
}

function summaryOf(row: VersionDb, now: number): StrategyVersionSummary {
  const { published_at: publishedAt, valid_from: from, withdrawn_at: at, withdrawn_by: by, withdrawn_reason: reason } = row;
  const withdrawn = at === null ? null : { at: at.getTime(), by: by ?? "", reason: reason ?? "" };
  const published = publishedAt === null || from === null ? null : { at: publishedAt.getTime(), by: row.published_by ?? "", validFrom: from.getTime() };
  return {
    version: row.version, revision: row.revision, status: statusOf({ published, validTo: millis(row.valid_to), withdrawn }, now), note: row.note, author: row.author, author_name: row.author_name,
    created_at: iso(row.created_at), published_at: isoOrNull(publishedAt), published_by: row.published_by, valid_from: isoOrNull(from), valid_to: row.valid_to instanceof Date ? iso(row.valid_to) : null,
    withdrawn: withdrawn && { at: new Date(withdrawn.at).toISOString(), by: withdrawn.by, by_name: row.withdrawn_by_name, reason: withdrawn.reason },
  };
}

async function find(reader: Reader, tenantId: number, code: string, now: number): Promise<StrategyView | null> {
  const [{ rows: [summary] }, rows] = await Promise.all([
    list(reader, tenantId, { code, after: null, limit: 1 }, now), reader.rows<VersionDb>(tenantId, VERSIONS, [code, null, instant(now)]),
  ]);
  if (!summary) return null;
  const documentOf = async (version: number | undefined | null): Promise<StrategyVersionView["document"] | null> => {
    if (version === undefined || version === null) return null;
    const groups = rows.find((row) => row.version === version)?.groups;
    // The one that holds may be older than the latest hundred.
    return groups ? strategyDocument(groups) : (await versionOf(reader, tenantId, code, version, now))?.document ?? null;
  };
  return {
    ...summary, versions: rows.map((row) => summaryOf(row, now)), live_document: await documentOf(summary.live), draft_document: await documentOf(summary.draft?.version),
  };
}

async function versionOf(reader: Reader, tenantId: number, code: string, version: number, now: number): Promise<StrategyVersionView | null> {
  const [row] = await reader.rows<VersionDb>(tenantId, VERSIONS, [code, version, instant(now)]);
  return row ? { ...summaryOf(row, now), document: strategyDocument(row.groups ?? []) } : null;
}

export const strategyQueries = (reader: Reader): Strategies => ({
  list: (tenantId, filter, now) => list(reader, tenantId, filter, now),
  find: (tenantId, code, now) => find(reader, tenantId, code, now),
  version: (tenantId, code, version, now) => versionOf(reader, tenantId, code, version, now),
});
