import { z } from "zod";
import { callerOf, SESSION_COOKIE } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { refused } from "../problem.ts";
import { operation } from "../route.ts";
import { text } from "../schemas/fields.ts";
import { signInLink } from "../schemas/fact-views.ts";

/** Where the console says what a signed-out person can do. */
export const SIGNED_OUT_PATH = "/signed-out";

/** Browsers sign in with a link that works once; administrators' programs make one. */
export function signInRoutes(app: App, { sessions, now }: AppDeps): void {
  app.post("/v1/sign-in-links", operation(
    { id: "createSignInLink", tag: "keys", scope: "admin", summary: "Create a link that signs one browser in; it is shown this once",
      description: "It works once, within a quarter of an hour, and opens a session that may read and change nothing. The path follows the address of this server." },
    { body: z.strictObject({}) }, { 201: signInLink },
  ), async (request, reply) => {
    const { token, expiresAt } = await sessions.createLink(callerOf(request).tenantId);
    return reply.code(201).header("cache-control", "no-store").send({ path: `/sign-in?token=${token}`, expires_at: new Date(expiresAt).toISOString() });
  });

  // A preview of the link asks for its head; that must not use it up.
  app.get("/sign-in", { exposeHeadRoute: false, config: { scope: "public" }, schema: { hide: true, querystring: z.object({ token: text(200).optional() }) } }, async (request, reply) => {
    reply.header("cache-control", "no-store").header("referrer-policy", "no-referrer");
    const session = request.query.token === undefined ? null : await sessions.open(request.query.token);
    if (!session) {
      if (request.headers.accept?.includes("text/html")) return reply.redirect(SIGNED_OUT_PATH, 303);
      throw refused("UNAUTHENTICATED", 'This sign-in link was used already or is too old; "ordo sign-in" prints a new one.');
    }
    const seconds = Math.max(0, Math.floor((session.expiresAt - now()) / 1000));
    return reply.header("set-cookie", `${SESSION_COOKIE}=${session.token}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict`).redirect("/", 303);
  });
}
