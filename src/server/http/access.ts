import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Author } from "../../flows/changed-fields.ts";
import type { Principal, Scope } from "../../flows/access.ts";
import type { AppDeps } from "./app.ts";
import { refused } from "./problem.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The scope a caller needs, or "public" for nobody's business. Every route names one. */
    scope?: Scope | "public";
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

export const SESSION_COOKIE = "ordo_session";
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Who asks is settled before anything is read. A route that forgets to name its scope keeps the program from starting. */
export function guardRoutes(app: FastifyInstance, { authenticate, sessions }: Pick<AppDeps, "authenticate" | "sessions">): void {
  app.decorateRequest("principal", null);
  app.addHook("onRoute", ({ config, method, url }) => {
    if (config?.scope === undefined) throw new Error(`route ${String(method)} ${url} names no scope`);
  });
  app.addHook("onRequest", async (request) => {
    const { scope } = request.routeOptions.config;
    if (request.is404 || scope === undefined || scope === "public") return;
    const principal = await identify(request, authenticate, sessions);
    if (!hasScope(principal, scope)) throw refused("FORBIDDEN", `This needs the scope ${scope}; ${principal.name} has ${principal.scopes.join(", ") || "none"}.`);
    request.principal = principal;
  });
}

export function hasScope({ scopes }: Pick<Principal, "scopes">, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes("admin") || (scope === "orders:read" && scopes.includes("orders:read_personal"));
}

/** Whether who asked could ask again: a key may have been revoked since, a session may have ended. */
export async function isStillAllowed(request: FastifyRequest, scope: Scope, { authenticate, sessions }: Pick<AppDeps, "authenticate" | "sessions">): Promise<boolean> {
  const principal = await identify(request, authenticate, sessions).catch(() => null);
  return principal !== null && hasScope(principal, scope);
}

async function identify(request: FastifyRequest, authenticate: AppDeps["authenticate"], sessions: AppDeps["sessions"]): Promise<Principal> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const key = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
    const principal = key === undefined ? null : await authenticate(key);
    if (principal === null) throw refused("UNAUTHENTICATED", "The API key is unknown, revoked or has expired.");
    return principal;
  }
  const session = cookieOf(request);
  if (session === undefined) throw refused("UNAUTHENTICATED", "The request has no API key.");
  // Browsers send cookies along with what other sites start, so a session changes nothing, from wherever it is asked.
  if (!SAFE.has(request.method)) throw refused("FORBIDDEN", "A browser session may only read; use an API key to change something.");
  const principal = await sessions.find(session);
  if (principal === null) throw refused("UNAUTHENTICATED", "The browser session has ended; open a new sign-in link.");
  return principal;
}

function cookieOf({ headers }: FastifyRequest): string | undefined {
  return /(?:^|;\s*)ordo_session=([A-Za-z0-9_-]{1,200})(?:;|$)/.exec(headers.cookie ?? "")?.[1];
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw refused("UNAUTHENTICATED", "The request has no API key.");
  return request.principal;
}

/** Who changes something now, for the event that says so. */
export const authorOf = (request: FastifyRequest, now = Date.now()): Author => ({ actor: actorOf(callerOf(request)), now });

/** The caller as events name it: an id of a key or a person, never a name. */
export const actorOf = ({ keyId, userId }: Principal): string => keyId ?? userId ?? "session";
