import type { FastifyReply, FastifyRequest } from "fastify";
import { readUrl } from "../url.ts";

/** Where people reach this server: its public address, where it is told of one. */
export interface Site {
  readonly publicUrl: string | null;
}

/** A name that browsers take over TLS only, from this host only, for all of its paths: no other host of the domain can set it. */
const SECURE_NAME = "__Host-ordo_session";
const PLAIN_NAME = "ordo_session";

const isSecure = (request: FastifyRequest, { publicUrl }: Site): boolean => request.protocol === "https" || (publicUrl?.startsWith("https:") ?? false);

/** The session that a browser sends along. */
export function sessionOf(request: FastifyRequest, site: Site): string | null {
  const pattern = isSecure(request, site) ? /(?:^|;\s*)__Host-ordo_session=([A-Za-z0-9_-]{1,200})(?:;|$)/ : /(?:^|;\s*)ordo_session=([A-Za-z0-9_-]{1,200})(?:;|$)/;
  return pattern.exec(request.headers.cookie ?? "")?.[1] ?? null;
}

export function setSession(request: FastifyRequest, reply: FastifyReply, site: Site, { token, expiresAt }: { readonly token: string; readonly expiresAt: number }, now: number): FastifyReply {
  const seconds = Math.max(0, Math.floor((expiresAt - now) / 1000));
  return reply.header("set-cookie", cookie(request, site, token, seconds)).header("cache-control", "no-store");
}

export const forgetSession = (request: FastifyRequest, reply: FastifyReply, site: Site): FastifyReply => reply.header("set-cookie", cookie(request, site, "", 0));

function cookie(request: FastifyRequest, site: Site, value: string, seconds: number): string {
  const secure = isSecure(request, site);
  return `${secure ? SECURE_NAME : PLAIN_NAME}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
}

/**
 * Whether a browser says that a page of this server asks. Browsers send cookies along with what other sites start, so this is asked
 * of whatever changes something. Older browsers do not send Sec-Fetch-Site, but where a change comes from.
 */
export function isFromOwnPage({ headers }: FastifyRequest, { publicUrl }: Site): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  const { origin } = headers;
  const from = readUrl(origin ?? "");
  return from !== null && from.host === (publicUrl === null ? headers.host : new URL(publicUrl).host);
}

/** Whether a page asks at all: programs say nothing of where they come from. */
export const isFromPage = ({ headers }: FastifyRequest): boolean => headers["sec-fetch-site"] !== undefined || headers.origin !== undefined;

/** The address that a page of this server is at: where browsers and identity providers come back to. */
export const originOf = ({ protocol, headers }: FastifyRequest, { publicUrl }: Site): string => publicUrl ?? `${protocol}://${headers.host ?? ""}`;

/**
 * What a browser brings back from an identity provider. It comes along with the one request that the provider sends the browser to, which
 * a session's cookie would not: it is worth nothing but to finish what this browser began.
 */
export const setPending = (request: FastifyRequest, reply: FastifyReply, site: Site, secret: string): FastifyReply => reply.header("set-cookie", pendingCookie(request, site, secret, PENDING_SECONDS));
export const forgetPending = (request: FastifyRequest, reply: FastifyReply, site: Site): FastifyReply => reply.header("set-cookie", pendingCookie(request, site, "", 0));

export const pendingOf = ({ headers }: FastifyRequest): string | null => /(?:^|;\s*)(?:__Host-)?ordo_provider=([A-Za-z0-9_-]{1,200})(?:;|$)/.exec(headers.cookie ?? "")?.[1] ?? null;

const PENDING_SECONDS = 600;

function pendingCookie(request: FastifyRequest, site: Site, value: string, seconds: number): string {
  const secure = isSecure(request, site);
  return `${secure ? "__Host-" : ""}ordo_provider=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}

/** What a browser calls itself, and the session it has. */
export const browserOf = (request: FastifyRequest, site: Site): { readonly userAgent: string | null; readonly previous: string | null } =>
  ({ userAgent: request.headers["user-agent"] ?? null, previous: sessionOf(request, site) });
