import { publicId } from "../../src/domain/kernel/index.ts";
import { ROLE_NAMES, type Role } from "../../src/flows/roles.ts";
import { addUser } from "../../src/flows/users.ts";
import { postgresSessions } from "../../src/postgres/browser-sessions.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { postgresUsers } from "../../src/postgres/users.ts";
import type { TestApi } from "./api.ts";

/** Somebody in a browser. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly cookie: string;
  /** Asks as a page of the server would, with the person's session. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

let people = 0;

export const OWN_PAGE = { "sec-fetch-site": "same-origin" } as const;
export const cookieOf = (response: Response): string => response.headers.get("set-cookie")?.split(";")[0] ?? "";

/** Asks with a cookie, as a page of the server would. */
export const callWith = (url: string, cookie: string, method: string, path: string, body?: unknown, headers: Record<string, string> = OWN_PAGE): Promise<Response> => fetch(url + path, {
  method, redirect: "manual", headers: { ...(cookie === "" ? {} : { cookie }), ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
  ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
});

/** Adds a person with these roles and signs it in by a link. */
export async function aPerson(server: TestApi, roles: readonly Role[], nodes: readonly string[] | null = null, tenantId = server.world.tenantId): Promise<Person> {
  people += 1;
  const email = `person-${people}@example.com`;
  const made = await addUser(postgresUsers(server.world.pool), tenantId, { email, name: `Person ${people}`, roles, nodes }, { actor: "test", sessionId: null }, { now: Date.now, newId });
  if (!made.ok) throw new Error(made.refusal.detail);
  const cookie = await signIn(server, made.value.id, tenantId);
  return { id: publicId("user", made.value.id), email, cookie, call: (method, path, body, headers) => callWith(server.url, cookie, method, path, body, headers) };
}

/** A new session of somebody, by a link. */
export async function signIn(server: TestApi, userId: string, tenantId = server.world.tenantId): Promise<string> {
  const link = await postgresSessions(server.world.pool, Date.now).createLink(tenantId, userId);
  return cookieOf(await fetch(`${server.url}/sign-in?token=${link?.token ?? ""}`, { redirect: "manual" }));
}

export const everyRole = async (server: TestApi): Promise<ReadonlyMap<Role, Person>> => new Map(await Promise.all(ROLE_NAMES.map(async (role) => [role, await aPerson(server, [role])] as const)));
