import { z } from "zod";
import { LETTER_KINDS, MAIL_STATES, type Mails } from "../../flows/mails.ts";
import { callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { refused } from "./problem.ts";
import { found, idOf, listOf, notFound, operation, PART, placeOf } from "./route.ts";
import { cursor, limit, text } from "./schemas/fields.ts";
import { mail, mailDetail, readable, shownMail, shownMailDetail } from "./schemas/mail-views.ts";
import { page } from "./schemas/views.ts";

const params = z.object({ id: z.string() });
const query = z.strictObject({ state: z.enum(MAIL_STATES).optional(), kind: z.enum(LETTER_KINDS).optional(), order: text(60).optional(), cursor: cursor.optional(), limit: limit(250, 50) });

const STATES = `waiting: noted, to be written. ready: written, to be sent. sending: a sender is at it. sent: the mail server took it. kept: written and kept here, because no mail server is set.
joined: another mail tells of it too. dropped: there was nothing to tell any more. refused: it cannot be sent to this address. dead: a person has to look. Whom a mail is to needs the scope
orders:read_personal; without it persons are left out of what is shown.`;

/** Nothing of a mail runs, asks for anything or leads anywhere but into a new window; our own pages may show it in a frame. */
const HTML_HEADERS = {
  "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
} as const;

/** Mails to customers as they were written, and what became of them: for AppDeps.extraRoutes. */
export const mailRoutes = (mails: Pick<Mails, "list" | "find" | "retry">, nudge: () => void) => (app: App): void => {
  const reading = { tag: "mails", scope: "orders:read" } as const;
  app.get("/v1/mails", operation({ ...reading, id: "listMails", summary: "List mails to customers and reports, the newest first", description: STATES }, { querystring: query }, { 200: page(mail) }), async (request) => {
    const caller = callerOf(request);
    const { state = null, kind = null, order, cursor: at } = request.query;
    const most = Number(request.query.limit);
    const [position, id] = placeOf(at, [PART.number, PART.uuid]) ?? [];
    const rows = await mails.list(caller.tenantId, {
      state, kind, orderId: order === undefined ? null : idOf("order", order), before: position === undefined || id === undefined ? null : [Number(position), id], limit: most + 1,
    });
    const kept = rows.slice(0, most);
    const last = kept.at(-1);
    const personal = hasScope(caller, "orders:read_personal");
    return listOf({ rows: kept.map((one) => shownMail(one, personal)), next: rows.length > most && last ? [String(last.position), last.id] : null });
  });
  app.get("/v1/mails/:id", operation({ ...reading, id: "getMail", summary: "Read a mail as it was written" }, { params }, { 200: mailDetail }), async (request) => {
    const caller = callerOf(request);
    return shownMailDetail(found(await mails.find(caller.tenantId, idOf("mail", request.params.id)), "mail", request.params.id), hasScope(caller, "orders:read_personal"));
  });
  const { config, schema } = operation({ ...reading, id: "getMailHtml", summary: "The HTML part of a mail, as a page of its own in which nothing runs" }, { params });
  const answer = { description: "The mail", content: { "text/html": { schema: z.string() } } };
  app.get("/v1/mails/:id/html", { config, schema: { ...schema, response: { 200: answer, ...schema.response } } }, async (request, reply) => {
    const caller = callerOf(request);
    const { message } = found(await mails.find(caller.tenantId, idOf("mail", request.params.id)), "mail", request.params.id);
    if (message === null) throw notFound(`text of mail ${request.params.id}`);
    return reply.headers(HTML_HEADERS).send(readable(message, hasScope(caller, "orders:read_personal")).html);
  });
  app.post("/v1/mails/:id/retry", operation({
    id: "retryMail", tag: "mails", scope: "orders:write", summary: "Write a mail that did not leave anew, and send it",
    description: "For mails that are kept, dropped, refused or dead: from the order, the address and the templates as they are now.",
  }, { params, body: z.strictObject({}) }, { 200: mail }), async (request) => {
    const caller = callerOf(request);
    const again = found(await mails.retry(caller.tenantId, idOf("mail", request.params.id)), "mail", request.params.id);
    if (again === false) throw refused("NOT_IN_STATE", "This mail was sent, is on its way, or is told by another one; a report is sent again from its schedule.");
    nudge();
    return shownMail(again, hasScope(caller, "orders:read_personal"));
  });
};
