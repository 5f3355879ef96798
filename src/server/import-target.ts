import { FileProblem } from "../files/problem.ts";
import type { ImportPath, ImportTarget, Reply } from "../files/import/target.ts";
import type { Connections } from "../flows/inbox.ts";
import type { CodeFilter, Page, PriceView, Queries } from "../flows/queries.ts";
import { TooBusy } from "./batcher.ts";
import type { AppDeps } from "./http/app.ts";
import type { ChannelOrders } from "./http/channel-orders.ts";
import { bulkDoors, type Sender } from "./http/routes/bulk.ts";
import { refusalOfError } from "./http/errors.ts";
import type { TakeLine } from "./http/ndjson.ts";
import { parsePublicId, type Refusal } from "../domain/kernel/index.ts";

export interface ImportTargetDeps extends Pick<AppDeps, "flows" | "now"> {
  /** Whether an error passes by itself, so that the same line may be taken a moment later. */
  readonly isPassing: (error: unknown) => boolean;
  readonly connections: Pick<Connections, "find">;
  readonly channelOrders: ChannelOrders;
  readonly queries: Pick<Queries, "listChannels" | "listItems" | "listNodes" | "listOrders" | "listPriceLists" | "listPrices">;
}

const only = (code: string): CodeFilter => ({ code, limit: 1, after: null });

/** What importing a file asks of this very program: the answers that the API would give, without the way there. */
export function createImportTarget(deps: ImportTargetDeps): (sender: Sender) => ImportTarget {
  const { queries, now } = deps;
  const doors = bulkDoors(deps);
  return (sender) => {
    const { tenantId } = sender;
    const takerOf = async (path: ImportPath): Promise<TakeLine> => {
      const connection = /^\/v1\/connections\/([^/]+)\//.exec(path)?.[1];
      if (connection === undefined) return doors[path as keyof typeof doors].takerFor(sender);
      const found = await deps.connections.find(tenantId, parsePublicId("connection", connection) ?? "");
      if (found === null) throw new FileProblem("NOT_FOUND", "The connection is not there any more.", "Send the file again, for a connection that is there.");
      return deps.channelOrders(tenantId, found, path.endsWith("?dry_run=true"));
    };
    return {
      findChannel: async (code) => (await queries.listChannels(tenantId, only(code), now())).rows[0] ?? null,
      findItem: async (sku) => asBody((await queries.listItems(tenantId, only(sku), now())).rows[0]),
      findNode: async (code) => asBody((await queries.listNodes(tenantId, only(code), now())).rows[0]),
      hasOrder: async (channel, externalId) => (await queries.listOrders(tenantId, { ...ANY_ORDER, channel, externalId })).rows.length > 0,
      hasPriceList: async (code) => (await queries.listPriceLists(tenantId, only(code))).rows.length > 0,
      pricesOf: (priceList, sku) => allPrices(queries, tenantId, priceList, sku),
      async bulk(path, lines) {
        const take = await takerOf(path);
        return Promise.all(lines.map((line) => replyTo(take, line, deps)));
      },
    };
  };
}

async function allPrices(queries: Pick<Queries, "listPrices">, tenantId: number, priceList: string, sku: string): Promise<readonly PriceView[]> {
  const prices: PriceView[] = [];
  for (let after: readonly string[] | null = null; ; ) {
    const { rows, next }: Page<PriceView> = await queries.listPrices(tenantId, priceList, { sku, at: null, limit: 250, after });
    prices.push(...rows);
    if (next === null) return prices;
    after = next;
  }
}

const asBody = (view: object | undefined): Readonly<Record<string, unknown>> | null => (view === undefined ? null : { ...view });

const ANY_ORDER = {
  statuses: null, channel: null, node: null, holdKind: null, externalId: null, number: null, placedFrom: null, placedTo: null, capturedFrom: null, capturedTo: null, search: null, limit: 1, after: null,
} as const;

/** What passes ends the run, which then goes on from where it stood; a defect is the line's alone. */
async function replyTo(take: TakeLine, line: object, { isPassing }: Pick<ImportTargetDeps, "isPassing">): Promise<Reply<Readonly<Record<string, unknown>>>> {
  const answer = await take(Buffer.from(JSON.stringify(line))).catch((error: unknown) => {
    if (error instanceof TooBusy || isPassing(error)) throw error;
    return { ok: false as const, refusal: refusalOfError(error, () => "defect") };
  });
  return answer.ok ? { ok: true, created: answer.created && !answer.replayed, value: answer.body } : { ok: false, problem: { code: answer.refusal.code, detail: detailOf(answer.refusal) } };
}

/** The sentence, with the places it is about. */
function detailOf({ detail, errors = [] }: Refusal): string {
  const pointers = errors.slice(0, 3).map(({ pointer }) => `#${pointer}`);
  return pointers.length === 0 ? detail : `${detail} (${pointers.join(", ")})`;
}
