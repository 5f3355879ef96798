import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { OpenedSession } from "../../../flows/access.ts";
import type { Account, Credentials, Subject } from "../../../flows/credentials.ts";
import { PASSWORD_MOST, passwordFault } from "../../../flows/passwords.ts";
import type { PasswordHasher } from "../../auth/password-hash.ts";
import { callerOf, personOf } from "../access.ts";
import type { App } from "../app.ts";
import { Refused, refused } from "../problem.ts";
import { idOf, notFound, operation } from "../route.ts";
import { text } from "../schemas/fields.ts";
import { browserOf, setSession } from "../session-cookie.ts";
import type { SessionRouteDeps } from "./session.ts";
import { email } from "./views.ts";

export interface PasswordRouteDeps extends SessionRouteDeps {
  /** People sign in to one tenant: that of this server. */
  readonly tenantId: number;
  readonly credentials: Credentials;
  readonly hasher: PasswordHasher;
  /** Sends a link that sets a password, and never throws; null where no mail leaves. */
  readonly sendRecovery: ((account: Account, path: string) => Promise<void>) | null;
}

const password = z.string().min(1).max(PASSWORD_MOST);
/** An address that is none is nobody's: it is answered like one that nobody has. */
const signInBody = z.strictObject({ email: text(254).transform((address) => address.trim().toLowerCase()), password });
const setBody = z.strictObject({ current: password.optional(), password });
export const signedIn = z.object({
  signed_in: z.boolean(), next: z.literal("totp").optional(), ticket: z.string().optional(), expires_at: z.iso.datetime().optional(),
}).describe("Where signed_in is false, a code is needed: the ticket goes with it, until expires_at.").meta({ id: "SignedIn" });
const link = z.object({ path: z.string(), url: z.string().nullable(), expires_at: z.iso.datetime() }).meta({ id: "PasswordLink" });
const session = { tag: "session", scope: "public", ownPagesOnly: true } as const;

/** Where the console lets somebody set a password; what stands after # stays in the browser, out of logs. */
const pathOf = (token: string): string => `/set-password#token=${token}`;

export const subjectsOf = (account: string, address: string): readonly Subject[] => [{ kind: "account", name: account }, { kind: "address", name: address }];

/** Behind a proxy the address of who asks is the last one that the proxy noted. */
export function addressOf(request: FastifyRequest, { site }: Pick<PasswordRouteDeps, "site">): string {
  const noted = request.headers["x-forwarded-for"];
  const last = site.publicUrl === null || noted === undefined ? undefined : String(noted).split(",").at(-1)?.trim();
  return last === undefined || last === "" ? request.ip : last.slice(0, 100);
}

/** Takes a try of each, or refuses with the time to wait. */
export async function takeTries({ credentials, tenantId }: PasswordRouteDeps, subjects: readonly Subject[]): Promise<void> {
  const waitMs = await credentials.takeTry(tenantId, subjects);
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1000);
  throw new Refused({ code: "TOO_MANY_TRIES", detail: `There were too many tries to sign in; wait ${seconds} seconds.`, data: { retry_after_seconds: seconds } });
}

/** One answer to whatever is wrong, so that nobody learns who has an account. */
export const wrong = (): Error => refused("SIGN_IN_REFUSED", "This is not how anybody signs in here: the address, the password, the code or the passkey is wrong.");

const refuseWeak = (given: string, address: string): void => {
  const fault = passwordFault(given, address);
  if (fault !== null) throw refused("INVALID_FIELD", fault, [{ pointer: "/password", code: "INVALID_FIELD", detail: fault }]);
};

/** Answers somebody who has proved who it is by one thing: with a session, or with a ticket where a second one is needed. */
async function answerSignedIn(deps: PasswordRouteDeps, request: FastifyRequest, reply: FastifyReply, userId: string, method: string): Promise<FastifyReply> {
  const ticket = await deps.secondFactors.ticketFor(deps.tenantId, userId);
  if (ticket === null) return answerProved(deps, request, reply, userId, method);
  return reply.header("cache-control", "no-store").send({ signed_in: false, next: "totp", ticket: ticket.token, expires_at: new Date(ticket.expiresAt).toISOString() });
}

/** Answers somebody who has proved all that is asked for: with a session. */
export async function answerProved(deps: PasswordRouteDeps, request: FastifyRequest, reply: FastifyReply, userId: string, method: string): Promise<FastifyReply> {
  const opened: OpenedSession | null = await deps.credentials.signIn(deps.tenantId, userId, method, browserOf(request, deps.site));
  if (opened === null) throw wrong();
  return setSession(request, reply, deps.site, opened, deps.ambient.now()).send({ signed_in: true });
}

/** Signing in with an address and a password, and setting one. */
export const passwordRoutes = (deps: PasswordRouteDeps) => (app: App): void => {
  const { credentials, hasher, tenantId } = deps;
  app.post("/v1/session/password", operation({
    ...session, id: "signInWithPassword", summary: "Sign in with an e-mail address and a password",
    description: "Whoever tries too often waits: ten tries a minute are free, for an account and for an address; Retry-After says how long.",
  }, { body: signInBody }, { 200: signedIn }), async (request, reply) => {
    const { email: address, password: given } = request.body;
    const subjects = subjectsOf(address, addressOf(request, deps));
    await takeTries(deps, subjects);
    const account = await credentials.findByEmail(tenantId, address);
    if (!(await hasher.verify(account?.passwordHash ?? null, given)) || account === null) {
      if (account !== null) await credentials.noteFailure(tenantId, account.userId, "password");
      throw wrong();
    }
    await credentials.forgive(tenantId, subjects);
    return answerSignedIn(deps, request, reply, account.userId, "password");
  });
  setRoutes(app, deps);
  recoverRoutes(app, deps);
};

function setRoutes(app: App, deps: PasswordRouteDeps): void {
  const { credentials, hasher, site } = deps;
  app.post("/v1/me/password", operation({
    tag: "session", scope: "person", id: "setMyPassword", summary: "Set one's own password",
    description: "Needs the current one, unless the session began with a link, or within the last quarter of an hour with a passkey or at the identity provider. All other sessions end; this one goes on under another id.",
  }, { body: setBody }, { 200: z.object({ changed: z.literal(true) }) }), async (request, reply) => {
    const { tenantId, userId, sessionId } = personOf(request);
    const account = await credentials.find(tenantId, userId);
    if (account === null) throw wrong();
    refuseWeak(request.body.password, account.email);
    await confirm(deps, request, account, request.body.current);
    await credentials.savePassword(tenantId, userId, await hasher.hash(request.body.password), sessionId);
    await renewSession(deps, request, reply);
    return { changed: true as const };
  });
  app.post("/v1/users/:id/invite", operation({
    tag: "people", scope: "admin", id: "inviteUser", summary: "Create a link with which a person sets a password; it is shown this once",
    description: "It works once, within a day, and ends when another link or a password is used. The path follows the address of this server; url is the whole of it where its public address is known.",
  }, { params: z.object({ id: z.string() }) }, { 201: link }), async (request, reply) => {
    const made = await credentials.createLink(callerOf(request).tenantId, idOf("user", request.params.id), "invitation");
    if (made === null) throw notFound(`user ${request.params.id} who may sign in`);
    const path = pathOf(made.token);
    return reply.code(201).header("cache-control", "no-store").send({ path, url: site.publicUrl === null ? null : site.publicUrl + path, expires_at: new Date(made.expiresAt).toISOString() });
  });
}

/** The session goes on under another id. */
export async function renewSession({ sessions, site, ambient }: PasswordRouteDeps, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { tenantId, sessionId } = personOf(request);
  const renewed = await sessions.renew(tenantId, sessionId);
  if (renewed !== null) setSession(request, reply, site, renewed, ambient.now());
}

/** So long somebody who proved it without a password counts as there: whoever was away longer signs in again. */
const THERE_MS = 15 * 60_000;
const WITHOUT_PASSWORD: ReadonlySet<string> = new Set(["passkey", "oidc"]);

/** That the person is there, and not just its browser: by the password, or because of how the session began: with a link, or just now with a passkey or at the identity provider. */
export async function confirm(deps: PasswordRouteDeps, request: FastifyRequest, account: Account, current: string | undefined, pointer = "/current"): Promise<void> {
  const { credentials, hasher } = deps;
  const { tenantId, sessionId, userId } = personOf(request);
  if (current === undefined) {
    const begun = await credentials.begun(tenantId, sessionId);
    if (begun?.method === "link" || (begun !== null && WITHOUT_PASSWORD.has(begun.method) && deps.ambient.now() - begun.at < THERE_MS)) return;
    const detail = "The current password is needed, unless the session began with a link, or minutes ago with a passkey or at the identity provider: without a password, sign in again.";
    throw refused("INVALID_FIELD", detail, [{ pointer, code: "INVALID_FIELD", detail }]);
  }
  const subjects = subjectsOf(account.email, addressOf(request, deps));
  await takeTries(deps, subjects);
  if (!(await hasher.verify(account.passwordHash, current))) {
    await credentials.noteFailure(tenantId, userId, "password");
    throw wrong();
  }
  await credentials.forgive(tenantId, subjects);
}

function recoverRoutes(app: App, deps: PasswordRouteDeps): void {
  const { credentials, hasher, tenantId, sendRecovery } = deps;
  app.post("/v1/session/recover", operation({
    ...session, id: "recoverPassword", summary: "Ask for a mail with a link that sets a new password",
    description: "The answer is the same whether or not somebody has the address. Without a mail server none is sent; an administrator's invitation does the same.",
  }, { body: z.strictObject({ email }) }, { 202: z.object({ accepted: z.literal(true) }) }), async (request, reply) => {
    const { email: address } = request.body;
    await takeTries(deps, subjectsOf(`recover ${address}`, addressOf(request, deps)));
    // Not waited for: how long it takes would tell whether there is somebody to write to.
    if (sendRecovery !== null) void recover(deps, address, sendRecovery).catch(() => request.log.warn({ request_id: request.id }, "a mail to set a password was not sent"));
    return reply.code(202).send({ accepted: true });
  });
  app.post("/v1/session/reset", operation({
    ...session, id: "resetPassword", summary: "Set a password with the link of an invitation or of a mail, and sign in", description: "All sessions and links of the person end. A link works once.",
  }, { body: z.strictObject({ token: text(200), password }) }, { 200: signedIn }), async (request, reply) => {
    const { token, password: given } = request.body;
    await takeTries(deps, [{ kind: "address", name: addressOf(request, deps) }]);
    refuseWeak(given, "@");
    const use = await credentials.setByLink(tenantId, token, await hasher.hash(given), ({ account }) => refuseWeak(given, account.email));
    if (use === null) throw refused("LINK_ENDED", "This link was used already or is too old; ask for another.");
    await credentials.forgive(tenantId, subjectsOf(use.account.email, addressOf(request, deps)));
    return answerSignedIn(deps, request, reply, use.account.userId, use.purpose);
  });
}

async function recover({ credentials, tenantId }: PasswordRouteDeps, address: string, send: NonNullable<PasswordRouteDeps["sendRecovery"]>): Promise<void> {
  const account = await credentials.findByEmail(tenantId, address);
  const made = account && (await credentials.createLink(tenantId, account.userId, "recovery"));
  if (account && made) await send(account, pathOf(made.token));
}
