import { z } from "zod";
import { publicId } from "../../domain/kernel/index.ts";
import type { SavedView, SavedViews } from "../../flows/saved-views.ts";
import { actorOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { found, idOf, operation } from "./route.ts";
import { refused } from "./problem.ts";
import { text } from "./schemas/fields.ts";

export interface ViewRouteDeps {
  readonly views: SavedViews;
  readonly newId: () => string;
  readonly now: () => number;
}

const QUERY_BYTES_MAX = 2048;
const screen = z.string().regex(/^[a-z][a-z-]{0,39}$/, "Not the name of a screen, such as orders.");
const query = z.string().refine((value) => Buffer.byteLength(value) <= QUERY_BYTES_MAX, { error: `At most ${QUERY_BYTES_MAX} bytes.` }).describe("The search string of the screen's address.");
const given = { name: text(100), columns: z.array(text(60)).max(100).nullable(), shared: z.boolean(), position: z.int().min(0).max(1_000_000) };
const newView = z.strictObject({ screen, name: given.name, query, columns: given.columns.optional(), shared: given.shared.optional(), position: given.position.optional() });
const viewChange = z.strictObject({ name: given.name.optional(), query: query.optional(), columns: given.columns.optional(), shared: given.shared.optional(), position: given.position.optional() });
const view = z.object({
  id: z.string(), screen: z.string(), name: z.string(), query: z.string(), columns: z.array(z.string()).nullable(), shared: z.boolean(), position: z.int(), owner: z.string(),
  mine: z.boolean().describe("Whether the caller owns it."), updated_at: z.iso.datetime(),
}).meta({ id: "SavedView" });

const shown = (one: SavedView, person: string): z.infer<typeof view> => ({
  id: publicId("view", one.id), screen: one.screen, name: one.name, query: one.query, columns: one.columns === null ? null : [...one.columns], shared: one.shared, position: one.position,
  owner: one.owner, mine: one.owner === person, updated_at: new Date(one.updatedAt).toISOString(),
});

/** Views that people save of a screen: for AppDeps.extraRoutes. */
export const viewRoutes = ({ views, newId, now }: ViewRouteDeps) => (app: App): void => {
  const about = { tag: "views", scope: "orders:read" } as const;
  const params = z.object({ id: z.string() });
  const own = async (request: Parameters<typeof callerOf>[0], id: string): Promise<SavedView> => {
    const caller = callerOf(request);
    const one = found(await views.find(caller.tenantId, actorOf(caller), idOf("view", id)), "view", id);
    if (one.owner !== actorOf(caller) && !hasScope(caller, "admin")) throw refused("FORBIDDEN", "A view is changed by its owner, or by an administrator; save one of your own.");
    return one;
  };

  app.get("/v1/views", operation({ ...about, id: "listViews", summary: "List the views of a screen: your own and the shared ones", description: "A view that names what is gone is listed all the same." },
    { querystring: z.strictObject({ screen: screen.default("orders") }) }, { 200: z.object({ data: z.array(view) }) }), async (request) => {
    const caller = callerOf(request);
    return { data: (await views.list(caller.tenantId, actorOf(caller), request.query.screen)).map((one) => shown(one, actorOf(caller))) };
  });
  app.post("/v1/views", operation({ ...about, id: "createView", summary: "Save a view of a screen" }, { body: newView }, { 201: view }), async (request, reply) => {
    const caller = callerOf(request);
    const { columns, shared, position, ...named } = request.body;
    const one = { ...named, id: newId(), owner: actorOf(caller), columns: columns ?? null, shared: shared ?? false, position: position ?? 0, updatedAt: now() };
    await views.create(caller.tenantId, one);
    return reply.code(201).send(shown(one, one.owner));
  });
  app.patch("/v1/views/:id", operation({ ...about, id: "changeView", summary: "Change a view of your own", description: "An administrator may change a shared one." }, { params, body: viewChange }, { 200: view }), async (request) => {
    const one = await own(request, request.params.id);
    const { name = one.name, query: wanted = one.query, columns = one.columns, shared = one.shared, position = one.position } = request.body;
    const after = { ...one, name, query: wanted, columns, shared, position, updatedAt: now() };
    await views.save(callerOf(request).tenantId, after);
    return shown(after, actorOf(callerOf(request)));
  });
  app.delete("/v1/views/:id", operation({ ...about, id: "deleteView", summary: "Delete a view of your own", description: "An administrator may delete a shared one." }, { params }, { 200: z.object({ id: z.string(), deleted: z.boolean() }) }), async (request) => {
    const one = await own(request, request.params.id);
    await views.remove(callerOf(request).tenantId, one.id);
    return { id: publicId("view", one.id), deleted: true };
  });
};
