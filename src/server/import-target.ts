import { FileProblem } from "../files/problem.ts";
import { DRY_RUN, type ImportPath, type ImportTarget, type Reply } from "../files/import/target.ts";
import type { Connections } from "../flows/inbox.ts";
import type { CodeFilter, Queries } from "../flows/queries.ts";
import { TooBusy } from "./batcher.ts";
import type { AppDeps } from "./http/app.ts";
import type { ChannelOrders } from "./http/channel-orders.ts";
import { bulkDoors, type Sender } from "./http/routes/bulk.ts";
import { refusalOfError } from "./http/errors.ts";
import { viewRateCard } from "./http/schemas/shipping-views.ts";
import type { TakeLine } from "./http/ndjson.ts";
import { parsePublicId, type Refusal } from "../domain/kernel/index.ts";

export interface ImportTargetDeps extends Pick<AppDeps, "flows" | "now"> {
  /** Whether an error passes by itself, so that the same line may be taken a moment later. */
  readonly isPassing: (error: unknown) => boolean;
  readonly connections: Pick<Connections, "find">;
  readonly channelOrders: ChannelOrders;
  readonly queries: Pick<Queries, "listItems" | "listNodes" | "listShippingFacts">;
}

const only = (code: string): CodeFilter => ({ code, limit: 1, after: null });

/** What importing a file asks of this very program: the answers that the API would give, without the way there. */
export function createImportTarget(deps: ImportTargetDeps): (sender: Sender) => ImportTarget {
  const { queries, now } = deps;
  const doors = bulkDoors(deps);
  return (sender) => {
    const { tenantId } = sender;
    const takerOf = async (path: ImportPath): Promise<TakeLine> => {
      const isTrial = path.endsWith(DRY_RUN);
      const connection = /^\/v1\/connections\/([^/]+)\//.exec(path)?.[1];
      if (connection === undefined) return doors[path.replace(DRY_RUN, "") as keyof typeof doors].takerFor(sender, isTrial);
      const found = await deps.connections.find(tenantId, parsePublicId("connection", connection) ?? "");
      if (found === null) throw new FileProblem("NOT_FOUND", "The connection is not there any more.", "Send the file again, for a connection that is there.");
      return deps.channelOrders(tenantId, found, isTrial);
    };
    return {
      findItem: async (sku) => asBody((await queries.listItems(tenantId, only(sku), now())).rows[0]),
      findNode: async (code) => asBody((await queries.listNodes(tenantId, only(code), now())).rows[0]),
      async findRateCard(code) {
        const [found] = (await queries.listShippingFacts(tenantId, "rate_card", only(code), now())).rows;
        return found?.fact.kind === "rate_card" ? asBody(viewRateCard(found.fact.document, found.valid_from)) : null;
      },
      async bulk(path, lines) {
        const take = await takerOf(path);
        return Promise.all(lines.map((line) => replyTo(take, line, deps)));
      },
    };
  };
}

const asBody = (view: object | undefined): Readonly<Record<string, unknown>> | null => (view === undefined ? null : { ...view });

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
