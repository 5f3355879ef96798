import { z } from "zod";
import { publicId } from "../../../domain/kernel/index.ts";
import { type ApiKeys, SCOPES } from "../../../flows/access.ts";
import { accessOf, AREAS, type GuardedOperation, includedIn, PERMISSIONS, rolesWith, type Subject, subjectOfKey, subjectOfUser } from "../../../flows/permissions.ts";
import type { Role } from "../../../flows/roles.ts";
import { callerOf } from "../access.ts";
import type { App } from "../app.ts";
import { found, idOf, operation } from "../route.ts";
import type { UserRouteDeps } from "./users.ts";
import { access, permissionList } from "./views.ts";

export interface PermissionRouteDeps extends UserRouteDeps {
  readonly apiKeys: Pick<ApiKeys, "list">;
}

const params = z.object({ id: z.string() });
const about = { tag: "people", scope: "admin" } as const;

/** What scopes stand for, and what a person or a key may do with theirs: made of the routes themselves, so it is what the guard asks for. */
export const permissionRoutes = ({ users, apiKeys, ambient }: PermissionRouteDeps) => (app: App): void => {
  app.get("/v1/permissions", operation({
    ...about, id: "listPermissions", summary: "List what each scope lets one do, and which roles have it", description: "Roles are part of the program and cannot be changed.",
  }, {}, { 200: permissionList }), () => ({
    data: AREAS.flatMap((area) => SCOPES.filter((scope) => PERMISSIONS[scope].area === area)).map((scope) => ({
      scope, ...PERMISSIONS[scope], includes: [...includedIn(scope)], roles: [...rolesWith(scope)], operations: operationsOf(app.guarded, scope),
    })),
    for_people: operationsOf(app.guarded, "person"),
  }));
  app.get("/v1/users/:id/permissions", operation({ ...about, id: "getUserPermissions", summary: "Read what a person may do, where, and by which role" }, { params }, { 200: access }), async (request) => {
    const one = found(await users.find(callerOf(request).tenantId, idOf("user", request.params.id)), "user", request.params.id);
    return shown(publicId("user", one.id), one.name, one.roles, subjectOfUser(one), app.guarded);
  });
  app.get("/v1/api-keys/:id/permissions", operation({ ...about, id: "getApiKeyPermissions", summary: "Read what an API key may do, and by which of its scopes" }, { params }, { 200: access }), async (request) => {
    const id = idOf("key", request.params.id);
    const key = found((await apiKeys.list(callerOf(request).tenantId)).find((one) => one.id === id) ?? null, "key", request.params.id);
    return shown(publicId("key", key.id), key.name, [], subjectOfKey(key, ambient.now()), app.guarded);
  });
};

const operationsOf = (guarded: readonly GuardedOperation[], scope: GuardedOperation["scope"]): { id: string; method: string; path: string; summary: string; limited_by_node: boolean }[] =>
  guarded.filter((one) => one.scope === scope).map(({ id, method, path, summary, limitedByNode }) => ({ id, method, path, summary, limited_by_node: limitedByNode })).toSorted((a, b) => (a.id < b.id ? -1 : 1));

function shown(subject: string, name: string | null, roles: readonly Role[], one: Subject, guarded: readonly GuardedOperation[]): z.infer<typeof access> {
  const { permissions, discountPercent } = accessOf(one, guarded);
  return {
    subject, name, state: one.state, roles: [...roles], nodes: one.places?.map(({ code }) => code) ?? null, discount_percent: discountPercent,
    permissions: permissions.map(({ from, closed, ...rest }) => ({ ...rest, from: from.map((origin) => ({ ...origin })), closed: [...closed] })),
  };
}
