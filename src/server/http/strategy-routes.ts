import { z } from "zod";
import { documentChanges, PRESETS, type StrategyCheck, strategyDocument, type StrategyGroup } from "../../domain/routing/index.ts";
import type { StrategyCommand } from "../../flows/change-strategy.ts";
import type { Answer } from "../../flows/ports.ts";
import type { Strategies, StrategyVersionView } from "../../flows/strategies.ts";
import type { WithdrawStrategy } from "../../flows/withdraw-strategy.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { headOf, listOf, notFound, operation, PART, placeOf, sendAnswer } from "./route.ts";
import { codeText, cursor, instant, limit, reasonText } from "./schemas/fields.ts";
import { draftBody, groupOf, strategyBody } from "./schemas/strategy.ts";
import { droppedDraft, publishedStrategy, savedDraft, strategy, strategyCheck, strategyDiff, strategyPreset, strategySummary, strategyVersion, withdrawnStrategy } from "./schemas/strategy-views.ts";
import { page } from "./schemas/views.ts";

export interface StrategyRouteDeps {
  readonly strategies: Strategies;
  readonly change: (tenantId: number, command: StrategyCommand) => Promise<Answer>;
  readonly withdraw: (tenantId: number, command: WithdrawStrategy) => Promise<Answer>;
  readonly check: (tenantId: number, code: string, groups: readonly StrategyGroup[]) => Promise<StrategyCheck>;
  readonly now: () => number;
}

const params = z.object({ code: codeText });
const versionNumber = z.coerce.number().int().min(1).max(2 ** 31 - 1);
const versionParams = z.object({ code: codeText, version: versionNumber });
const diffQuery = z.strictObject({ from: versionNumber, to: versionNumber });
const revision = z.int().min(1).max(2 ** 31 - 1);
const publishBody = z.strictObject({ version: revision.optional(), expected_revision: revision.optional(), note: reasonText.optional(), valid_from: instant.optional() });
const rollbackBody = z.strictObject({ to_version: revision, note: reasonText.optional(), valid_from: instant.optional() });
const withdrawBody = z.strictObject({ version: revision, reason: reasonText });

/** Routing strategies: for AppDeps.extraRoutes. */
export const strategyRoutes = (deps: StrategyRouteDeps) => (app: App): void => {
  readRoutes(app, deps);
  draftRoutes(app, deps);
  publishRoutes(app, deps);
};

function readRoutes(app: App, { strategies, now }: StrategyRouteDeps): void {
  const read = { tag: "routing", scope: "catalogue:read" } as const;
  const versionOf = async (tenantId: number, code: string, version: number): Promise<StrategyVersionView> => {
    const found = await strategies.version(tenantId, code, version, now());
    if (found === null) throw notFound(`version ${version} of a strategy "${code}"`);
    return found;
  };
  app.get("/v1/strategies", operation({
    ...read, id: "listStrategies", summary: "List routing strategies by code",
  }, { querystring: z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) }) }, { 200: page(strategySummary) }), async (request) =>
    listOf(await strategies.list(callerOf(request).tenantId, { code: null, limit: Number(request.query.limit), after: placeOf(request.query.cursor, [PART.text]) }, now())));
  app.get("/v1/strategies/:code", operation({
    ...read, id: "getStrategy", summary: "Read a strategy: its versions, the one that decides now, and its draft",
  }, { params }, { 200: strategy }), async (request) => {
    const found = await strategies.find(callerOf(request).tenantId, request.params.code, now());
    if (found === null) throw notFound(`strategy "${request.params.code}"`);
    return found;
  });
  app.get("/v1/strategies/:code/versions/:version", operation({
    ...read, id: "getStrategyVersion", summary: "Read one version of a strategy",
  }, { params: versionParams }, { 200: strategyVersion }), (request) => versionOf(callerOf(request).tenantId, request.params.code, request.params.version));
  app.get("/v1/strategies/:code/diff", operation({
    ...read, id: "diffStrategy", summary: "Read what differs between two versions of a strategy",
    description: "Groups and filters are compared place by place: a group that is put between two others changes every one after it.",
  }, { params, querystring: diffQuery }, { 200: strategyDiff }), async (request) => {
    const { code } = request.params;
    const { from, to } = request.query;
    const { tenantId } = callerOf(request);
    const [before, after] = await Promise.all([versionOf(tenantId, code, from), versionOf(tenantId, code, to)]);
    return { code, from, to, changes: documentChanges(before.document, after.document) };
  });
  app.get("/v1/strategy-presets", operation({
    ...read, id: "listStrategyPresets", summary: "List strategies to begin with", description: "Documents like any other: copy one into a draft and change it there.",
  }, {}, { 200: z.object({ data: z.array(strategyPreset) }) }), () => ({
    data: Object.entries(PRESETS).map(([name, { summary, groups }]) => ({ name, summary, document: strategyDocument(groups) })),
  }));
}

const about = { tag: "routing", scope: "catalogue:write" } as const;

function draftRoutes(app: App, { change, check }: StrategyRouteDeps): void {
  app.put("/v1/strategies/:code/draft", operation({
    ...about, id: "putStrategyDraft", summary: "Write the draft of a strategy, and create the strategy with its first draft",
    description: "A draft decides nothing. Everything that is wrong with it is answered at once, and it is not kept then; warnings name what hardly is meant so. expected_revision is the revision that was read (0: there is none yet).",
  }, { params, body: draftBody }, { 200: savedDraft, 201: savedDraft }), async (request, reply) => {
    const { groups, name, note, expected_revision: expectedRevision } = request.body;
    return sendAnswer(request, reply, await change(callerOf(request).tenantId, {
      ...headOf(request), code: request.params.code, type: "draft", name: name ?? null, groups: groups.map(groupOf), note: note ?? null, expectedRevision: expectedRevision ?? null,
    }));
  });
  app.delete("/v1/strategies/:code/draft", operation({ ...about, id: "dropStrategyDraft", summary: "Throw the draft of a strategy away" }, { params }, { 200: droppedDraft }), async (request, reply) =>
    sendAnswer(request, reply, await change(callerOf(request).tenantId, { ...headOf(request), code: request.params.code, type: "drop_draft" })));
  app.post("/v1/strategies/:code/check", operation({
    ...about, id: "checkStrategy", scope: "catalogue:read", summary: "Check a strategy and keep nothing", description: "Answers everything that a draft of these groups would be refused for, and the warnings.",
  }, { params, body: strategyBody }, { 200: strategyCheck }), (request) => check(callerOf(request).tenantId, request.params.code, request.body.groups.map(groupOf)));
}

function publishRoutes(app: App, { change, withdraw }: StrategyRouteDeps): void {
  const description = "It decides from valid_from on, or from now; the version before it decides until then, and one that was announced for later still takes over then. What is published stays as it is.";
  app.post("/v1/strategies/:code/publish", operation({
    ...about, id: "publishStrategy", summary: "Publish the draft of a strategy, now or from a time on", description: `${description} With expected_revision a draft that was changed since it was read is refused.`,
  }, { params, body: publishBody }, { 200: publishedStrategy }), async (request, reply) => {
    const { version, expected_revision: expectedRevision, note, valid_from: validFrom } = request.body;
    return sendAnswer(request, reply, await change(callerOf(request).tenantId, {
      ...headOf(request), code: request.params.code, type: "publish", version: version ?? null, expectedRevision: expectedRevision ?? null, note: note ?? null, validFrom: validFrom ?? null,
    }));
  });
  app.post("/v1/strategies/:code/rollback", operation({
    ...about, id: "rollBackStrategy", summary: "Publish again what an older version said, as a new version", description,
  }, { params, body: rollbackBody }, { 200: publishedStrategy, 201: publishedStrategy }), async (request, reply) => {
    const { to_version: toVersion, note, valid_from: validFrom } = request.body;
    return sendAnswer(request, reply, await change(callerOf(request).tenantId, { ...headOf(request), code: request.params.code, type: "rollback", toVersion, note: note ?? null, validFrom: validFrom ?? null }));
  });
  app.post("/v1/strategies/:code/withdraw", operation({
    ...about, id: "withdrawStrategy", summary: "Withdraw an announced version before it takes effect",
    description: "What decides up to then goes on deciding. The version stays to be read, withdrawn by whom, when and why; roll back to it to publish it again.",
  }, { params, body: withdrawBody }, { 200: withdrawnStrategy }), async (request, reply) =>
    sendAnswer(request, reply, await withdraw(callerOf(request).tenantId, { ...headOf(request), code: request.params.code, ...request.body })));
}
