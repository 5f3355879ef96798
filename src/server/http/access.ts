import type { FastifyInstance, FastifyRequest } from "fastify";
import { type By, type Origin, parsePublicId } from "../../domain/kernel/index.ts";
import type { Author } from "../../flows/changed-fields.ts";
import { opens, type Principal, type Scope } from "../../flows/access.ts";
import type { GuardedOperation } from "../../flows/permissions.ts";
import type { AppDeps } from "./app.ts";
import { refused } from "./problem.ts";
import { isFromOwnPage, isFromPage, sessionOf } from "./session-cookie.ts";

/** What a route asks of its caller: a scope, to be a person who has signed in, or nothing. */
export type Needs = Scope | "person" | "public";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Every route names what it needs. */
    scope?: Needs;
    /** What it answers and changes can be limited to some nodes. Whoever is limited to nodes may call no other. */
    limitedByNode?: boolean;
    /** It begins or ends a session although nobody has signed in yet, so no other site may start it. */
    ownPagesOnly?: boolean;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyInstance {
    /** Every documented operation that is not public, in the order in which they were registered. */
    guarded: readonly GuardedOperation[];
  }
}

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

type GuardDeps = Pick<AppDeps, "authenticate" | "sessions" | "site">;

/** Who asks is settled before anything is read. A route that forgets to name its scope keeps the program from starting. */
export function guardRoutes(app: FastifyInstance, deps: GuardDeps): void {
  const guarded: GuardedOperation[] = [];
  app.decorateRequest("principal", null);
  app.decorate("guarded", guarded);
  app.addHook("onRoute", (route) => {
    const { config, method, url } = route;
    if (config?.scope === undefined) throw new Error(`route ${String(method)} ${url} names no scope`);
    const { operationId: id, summary = "" } = route.schema ?? {};
    if (config.scope === "public" || id === undefined || method === "HEAD") return;
    guarded.push({ id, method: String(method), path: url.replaceAll(/:(\w+)/g, "{$1}"), summary, scope: config.scope, limitedByNode: config.limitedByNode ?? false });
  });
  app.addHook("onRequest", async (request) => {
    const { scope, limitedByNode = false, ownPagesOnly = false } = request.routeOptions.config;
    if (request.is404 || scope === undefined) return;
    if (ownPagesOnly && isFromPage(request) && !isFromOwnPage(request, deps.site)) throw crossSite();
    if (scope === "public") return;
    const principal = await identify(request, deps);
    demand(principal, scope, limitedByNode);
    request.principal = principal;
  });
}

const crossSite = (): Error => refused("CROSS_SITE_REQUEST", "What a browser session changes must be asked for by a page of this server.");

function demand(principal: Principal, scope: Scope | "person", limitedByNode: boolean): void {
  const { userId, name, scopes, places } = principal;
  if (scope === "person") {
    if (userId === null) throw refused("FORBIDDEN", "This is for people who have signed in; an API key belongs to nobody.");
    return;
  }
  if (!hasScope(principal, scope)) throw refused("FORBIDDEN", `This needs the scope ${scope}; ${name} has ${scopes.join(", ") || "none"}.`);
  if (places !== null && !limitedByNode) {
    throw refused("FORBIDDEN", `This cannot be limited to nodes, and you may see and change only what is at ${places.map(({ code }) => code).join(", ") || "no node"}.`);
  }
}

export function hasScope({ scopes }: Pick<Principal, "scopes">, scope: Scope): boolean {
  return scopes.some((held) => opens(held, scope));
}

/** Whether who asked could ask again and be told the same: a key may have been revoked since, a session may have ended or be limited to other nodes. */
export async function isStillAllowed(request: FastifyRequest, scope: Scope, deps: GuardDeps): Promise<boolean> {
  const principal = await identify(request, deps).catch(() => null);
  return principal !== null && hasScope(principal, scope) && codesOf(principal)?.join() === codesOf(callerOf(request))?.join();
}

async function identify(request: FastifyRequest, { authenticate, sessions, site }: GuardDeps): Promise<Principal> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const key = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
    const principal = key === undefined ? null : await authenticate(key);
    if (principal === null) throw refused("UNAUTHENTICATED", "The API key is unknown, revoked or has expired.");
    return principal;
  }
  const session = sessionOf(request, site);
  if (session === null) throw refused("UNAUTHENTICATED", "The request has no API key.");
  if (!SAFE.has(request.method) && !isFromOwnPage(request, site)) throw crossSite();
  const principal = await sessions.find(session);
  if (principal === null) throw refused("UNAUTHENTICATED", "The browser session has ended; sign in again.");
  return principal;
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw refused("UNAUTHENTICATED", "The request has no API key.");
  return request.principal;
}

/** The caller of a route for people. */
export function personOf(request: FastifyRequest): { readonly tenantId: number; readonly userId: string; readonly sessionId: string; readonly actor: string } {
  const { tenantId, userId: actor, sessionId } = callerOf(request);
  const userId = actor === null ? undefined : parsePublicId("user", actor);
  if (actor === null || userId === undefined || sessionId === null) throw refused("FORBIDDEN", "This is for people who have signed in; an API key belongs to nobody.");
  return { tenantId, userId, sessionId, actor };
}

/** Who changes something now, for the event that says so. */
export const authorOf = (request: FastifyRequest, now = Date.now()): Author => ({ actor: actorOf(callerOf(request)), now, origin: originOf(request) });

/** The same, where the time is somebody else's matter. */
export const byOf = (request: FastifyRequest): By => ({ actor: actorOf(callerOf(request)), origin: originOf(request) });

/** The header in which a client says what it is. Nobody can prove it, so it is kept as a claim, and only of who has a key: a session is always one of the console. */
export const CLIENT_HEADER = "ordo-client";

/** How what a request changes came about. */
export const originOf = ({ id, headers, principal }: FastifyRequest): Origin => ({ request: id, via: principal?.sessionId == null && headers[CLIENT_HEADER] === "cli" ? "cli" : null });

/** The caller as events name it: an id of a key or a person, never a name. */
export const actorOf = ({ keyId, userId }: Principal): string => keyId ?? userId ?? "session";

/** Codes of the nodes that the caller is limited to; null where there is no such limit. */
export const codesOf = ({ places }: Principal): readonly string[] | null => places?.map(({ code }) => code) ?? null;
