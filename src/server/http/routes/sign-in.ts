import { z } from "zod";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { refused } from "../problem.ts";
import { idOf, notFound, operation } from "../route.ts";
import { text } from "../schemas/fields.ts";
import { signInLink } from "../schemas/fact-views.ts";
import { browserOf, setSession } from "../session-cookie.ts";

/** Where the console says what a signed-out person can do. */
export const SIGNED_OUT_PATH = "/signed-out";

/** A link that works once signs a browser in; administrators make one. */
export function signInRoutes(app: App, { sessions, site, now }: AppDeps): void {
  app.post("/v1/sign-in-links", operation(
    { id: "createSignInLink", tag: "people", scope: "admin", summary: "Create a link that signs one browser in; it is shown this once",
      description: "It works once, within a quarter of an hour, and signs in as the person named, or as the administrator who was there first. The path follows the address of this server; url is the whole of it where its public address is known." },
    { body: z.strictObject({ user: text(60).optional() }) }, { 201: signInLink },
  ), async (request, reply) => {
    const { user } = request.body;
    const link = await sessions.createLink(callerOf(request).tenantId, user === undefined ? null : idOf("user", user));
    if (link === null) throw notFound(user === undefined ? "person who may sign in" : `user ${user} who may sign in`);
    const path = `/sign-in?token=${link.token}`;
    return reply.code(201).header("cache-control", "no-store").send({ path, url: site.publicUrl === null ? null : site.publicUrl + path, expires_at: new Date(link.expiresAt).toISOString() });
  });

  // A preview of the link asks for its head; that must not use it up.
  app.get("/sign-in", { exposeHeadRoute: false, config: { scope: "public" }, schema: { hide: true, querystring: z.object({ token: text(200).optional() }) } }, async (request, reply) => {
    reply.header("cache-control", "no-store").header("referrer-policy", "no-referrer");
    const session = request.query.token === undefined ? null : await sessions.open(request.query.token, browserOf(request, site));
    if (!session) {
      if (request.headers.accept?.includes("text/html")) return reply.redirect(SIGNED_OUT_PATH, 303);
      throw refused("UNAUTHENTICATED", 'This sign-in link was used already or is too old; "ordo sign-in" prints a new one.');
    }
    return setSession(request, reply, site, session, now()).redirect("/", 303);
  });
}
