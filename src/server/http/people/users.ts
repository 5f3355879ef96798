import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Sessions } from "../../../flows/access.ts";
import type { Ambient } from "../../../flows/ports.ts";
import { ROLE_NAMES, ROLES } from "../../../flows/roles.ts";
import { addUser, changeUser, type Doer, eraseUser, type User, type Users, type UserStore } from "../../../flows/users.ts";
import { byOf, callerOf } from "../access.ts";
import type { App } from "../app.ts";
import { valueOf } from "../problem.ts";
import { found, idOf, listOf, operation, PART, placeOf } from "../route.ts";
import { cursor, limit } from "../schemas/fields.ts";
import { page } from "../schemas/views.ts";
import { setSession, type Site } from "../session-cookie.ts";
import { email, nodes, personName, role, roles, shownUser, user } from "./views.ts";

export interface UserRouteDeps {
  readonly users: Users & UserStore;
  readonly sessions: Sessions;
  readonly ambient: Ambient;
  readonly site: Site;
}

const params = z.object({ id: z.string() });
const addBody = z.strictObject({ email, name: personName, roles, nodes: nodes.optional() });
const changeBody = z.strictObject({ email: email.optional(), name: personName.optional(), roles: roles.optional(), nodes: nodes.optional(), disabled: z.boolean().optional() });
const about = { tag: "people", scope: "admin" } as const;

const doerOf = (request: FastifyRequest): Doer => {
  const caller = callerOf(request);
  return { ...byOf(request), sessionId: caller.sessionId };
};

/** The people of a tenant and what they may do: for administrators. */
export const userRoutes = (deps: UserRouteDeps) => (app: App): void => {
  const { users, sessions, ambient } = deps;
  app.get("/v1/roles", operation({ ...about, id: "listRoles", summary: "List roles and what each may do" }, {}, { 200: z.object({ data: z.array(role) }) }), () =>
    ({ data: ROLE_NAMES.map((name) => ({ name, meaning: ROLES[name].meaning, scopes: [...ROLES[name].scopes], discount_percent: ROLES[name].discountPercent })) }));
  app.get("/v1/users", operation({ ...about, id: "listUsers", summary: "List people, the first one first" }, { querystring: z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) }) }, { 200: page(user) }), async (request) => {
    const list = await users.list(callerOf(request).tenantId, { after: placeOf(request.query.cursor, [PART.uuid]), limit: Number(request.query.limit) });
    return listOf({ rows: list.rows.map(shownUser), next: list.next });
  });
  app.post("/v1/users", operation({
    ...about, id: "addUser", summary: "Add a person", description: "Whoever is limited to nodes sees and changes only what is there, and may call only what can be limited so.",
  }, { body: addBody }, { 201: user }), async (request, reply) => {
    const { nodes: codes = null, ...wanted } = request.body;
    return reply.code(201).send(shownUser(valueOf(await addUser(users, callerOf(request).tenantId, { ...wanted, nodes: codes }, doerOf(request), ambient))));
  });
  app.get("/v1/users/:id", operation({ ...about, id: "getUser", summary: "Read a person" }, { params }, { 200: user }), async (request) =>
    shownUser(found(await users.find(callerOf(request).tenantId, idOf("user", request.params.id)), "user", request.params.id)));
  app.patch("/v1/users/:id", operation({
    ...about, id: "changeUser", summary: "Change a person", description: "What is left out stays. Other roles, nodes or address, and disabling, end the person's sessions at once. The last administrator stays one.",
  }, { params, body: changeBody }, { 200: user }), async (request, reply) => {
    const id = idOf("user", request.params.id);
    const changed = found(valueOf(await changeUser(users, callerOf(request).tenantId, id, request.body, doerOf(request), ambient)), "user", request.params.id);
    await renewOwn(deps, request, reply, changed);
    return shownUser(changed);
  });
  endRoutes(app, deps, sessions);
};

function endRoutes(app: App, { users, ambient }: UserRouteDeps, sessions: Sessions): void {
  app.post("/v1/users/:id/end-sessions", operation({
    ...about, id: "endUserSessions", summary: "End all sessions of a person", description: "Links that were not used yet end too.",
  }, { params }, { 200: user }), async (request) => {
    const { tenantId } = callerOf(request);
    const one = found(await users.find(tenantId, idOf("user", request.params.id)), "user", request.params.id);
    await sessions.end(tenantId, one.id, { except: null });
    return shownUser(one);
  });
  app.post("/v1/users/:id/erase", operation({
    ...about, id: "eraseUser", summary: "Erase the name and the address of a person for good", description: "The id stays, so that what the person did can still be told apart. Nobody can sign in as the person any more.",
  }, { params }, { 200: user }), async (request) =>
    shownUser(found(valueOf(await eraseUser(users, callerOf(request).tenantId, idOf("user", request.params.id), doerOf(request), ambient)), "user", request.params.id)));
}

/** Whoever changed what it may do itself goes on under another session id. */
async function renewOwn({ sessions, ambient, site }: UserRouteDeps, request: FastifyRequest, reply: FastifyReply, changed: User): Promise<void> {
  const { tenantId, sessionId, userId } = callerOf(request);
  if (sessionId === null || userId === null || changed.disabledAt !== null || idOf("user", userId) !== changed.id) return;
  const renewed = await sessions.renew(tenantId, sessionId);
  if (renewed !== null) setSession(request, reply, site, renewed, ambient.now());
}
