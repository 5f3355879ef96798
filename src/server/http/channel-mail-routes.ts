import { z } from "zod";
import { parsePublicId } from "../../domain/kernel/index.ts";
import { type ChannelMails, type KeptTemplate, MAIL_KINDS, type MailKind, type Mails, type MailTemplate } from "../../flows/mails.ts";
import type { Queries } from "../../flows/queries.ts";
import { shippedTemplate } from "../mail/layout.ts";
import { checkTemplate } from "../mail/template.ts";
import { MAIL_WORDS } from "../mail/words/index.ts";
import { writeMail } from "../mail/write.ts";
import { authorOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { Refused, refused } from "./problem.ts";
import { idOf, notFound, operation } from "./route.ts";
import { codeText, text } from "./schemas/fields.ts";
import { channelMail, channelMailBody, language as languageCode, mailTemplate, shownChannelMail, shownMessage, templateBody, writtenMail } from "./schemas/mail-views.ts";

export interface ChannelMailDeps {
  readonly mails: Pick<Mails, "preview">;
  readonly channelMails: ChannelMails;
  readonly queries: Pick<Queries, "listChannels">;
  readonly now: () => number;
  /** Sender of channels that name none. */
  readonly from: string;
}

const ofChannel = z.object({ code: codeText });
const ofTemplate = z.object({ code: codeText, kind: z.string(), language: z.string() });
const previewBody = z.strictObject({ order: text(60), template: templateBody.optional() });

const SETTING = `A channel that nobody set has every kind of mail, or none where a connection brings its orders: its side mails by itself. confirm_when unheld sends the confirmation when no hold is open.`;
const TEMPLATE = `Mustache without logic: {{name}} is filled in, {{#list}}…{{/list}} unfolded, everything else stays; in HTML what is filled in is escaped. docs/how-to/send-mails.md has the names.`;

const reading = { tag: "mails", scope: "channels:read" } as const;
const writing = { tag: "mails", scope: "channels:write" } as const;

/** What the mails of a channel are like: for AppDeps.extraRoutes. */
export const channelMailRoutes = (deps: ChannelMailDeps) => (app: App): void => {
  settingRoutes(app, deps);
  templateRoutes(app, deps);
  previewRoute(app, deps);
};

async function channelOf({ queries, now }: ChannelMailDeps, tenantId: number, code: string): Promise<{ readonly id: string; readonly name: string }> {
  const [channel] = (await queries.listChannels(tenantId, { code, limit: 1, after: null }, now())).rows;
  const id = channel && parsePublicId("channel", channel.id);
  if (channel === undefined || id === undefined) throw notFound(`channel "${code}"`);
  return { id, name: channel.name };
}

const kindOf = (kind: string): MailKind => {
  const known = MAIL_KINDS.find((one) => one === kind);
  if (known === undefined) throw notFound(`mail of the kind "${kind}"`);
  return known;
};

function settingRoutes(app: App, deps: ChannelMailDeps): void {
  app.get("/v1/channels/:code/mail", operation({ ...reading, id: "getChannelMail", summary: "Read what the mails of a channel are like", description: SETTING }, { params: ofChannel }, { 200: channelMail }), async (request) => {
    const { tenantId } = callerOf(request);
    return shownChannelMail(await deps.channelMails.find(tenantId, (await channelOf(deps, tenantId, request.params.code)).id));
  });
  app.put("/v1/channels/:code/mail", operation(
    { ...writing, id: "putChannelMail", summary: "Say what the mails of a channel are like; what is left out takes its default", description: SETTING }, { params: ofChannel, body: channelMailBody }, { 200: channelMail },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const { id, name } = await channelOf(deps, tenantId, request.params.code);
    const { body } = request;
    await deps.channelMails.save(tenantId, id, {
      kinds: body.kinds, confirmWhen: body.confirm_when ?? "captured", fromName: body.from_name ?? null, fromAddress: body.from_address ?? null, replyTo: body.reply_to ?? null,
      language: body.language ?? "en", shopName: body.shop_name ?? name, brandColour: body.brand_colour ?? "#1a6f78", footer: body.footer ?? "", timeZone: body.time_zone ?? "UTC",
    }, authorOf(request));
    return shownChannelMail(await deps.channelMails.find(tenantId, id));
  });
}

const shownTemplate = (kind: MailKind, code: string, template: MailTemplate, own: KeptTemplate | undefined): z.infer<typeof mailTemplate> => ({
  kind, language: code, own: own !== undefined, changed_at: own === undefined ? null : new Date(own.changedAt).toISOString(), subject: template.subject, text: template.text, html: template.html,
});

/** The channel's own template or the program's, under the names of an address. */
async function templateOf(deps: ChannelMailDeps, tenantId: number, { code, kind: name, language }: z.infer<typeof ofTemplate>): Promise<{ channelId: string; kind: MailKind; own: KeptTemplate | undefined; template: MailTemplate | undefined }> {
  const { id: channelId } = await channelOf(deps, tenantId, code);
  const kind = kindOf(name);
  const own = (await deps.channelMails.templates(tenantId, channelId)).find((one) => one.kind === kind && one.language === language);
  const words = MAIL_WORDS.get(language);
  return { channelId, kind, own, template: own ?? (words && shippedTemplate(kind, words)) };
}

function refuseFaults(template: MailTemplate, place: string): void {
  const errors = checkTemplate(template).map((error) => ({ ...error, pointer: place + error.pointer }));
  const [first] = errors;
  if (first) throw new Refused({ code: "INVALID_FIELD", detail: errors.length === 1 ? first.detail : `${errors.length} things have to be corrected; errors names each.`, errors });
}

function templateRoutes(app: App, deps: ChannelMailDeps): void {
  const path = "/v1/channels/:code/mail-templates/:kind/:language";
  app.get("/v1/channels/:code/mail-templates", operation(
    { ...reading, id: "listMailTemplates", summary: "List the templates a channel has of its own" }, { params: ofChannel }, { 200: z.object({ data: z.array(mailTemplate) }) },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const kept = await deps.channelMails.templates(tenantId, (await channelOf(deps, tenantId, request.params.code)).id);
    return { data: kept.map((one) => shownTemplate(one.kind, one.language, one, one)) };
  });
  app.get(path, operation(
    { ...reading, id: "getMailTemplate", summary: "Read a template: the channel's own, or the one that comes with the program" }, { params: ofTemplate }, { 200: mailTemplate },
  ), async (request) => {
    const { kind, own, template } = await templateOf(deps, callerOf(request).tenantId, request.params);
    if (template === undefined) throw notFound(`template in "${request.params.language}"`);
    return shownTemplate(kind, request.params.language, template, own);
  });
  app.put(path, operation(
    { ...writing, id: "putMailTemplate", summary: "Give a channel a template of its own", description: TEMPLATE }, { params: ofTemplate, body: templateBody }, { 200: mailTemplate },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const { id } = await channelOf(deps, tenantId, request.params.code);
    const kind = kindOf(request.params.kind);
    const known = languageCode.safeParse(request.params.language);
    if (!known.success) throw refused("INVALID_FIELD", "Not an ISO 639 language code such as de.", [{ pointer: "/path/language", code: "INVALID_FIELD", detail: "Not an ISO 639 language code such as de." }]);
    refuseFaults(request.body, "");
    await deps.channelMails.saveTemplate(tenantId, id, kind, known.data, request.body, authorOf(request));
    const { own, template } = await templateOf(deps, tenantId, request.params);
    return shownTemplate(kind, known.data, template ?? request.body, own);
  });
  app.delete(path, operation(
    { ...writing, id: "deleteMailTemplate", summary: "Go back to the template that comes with the program" }, { params: ofTemplate }, { 200: z.object({ deleted: z.boolean() }) },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const { id } = await channelOf(deps, tenantId, request.params.code);
    if (!(await deps.channelMails.removeTemplate(tenantId, id, kindOf(request.params.kind), request.params.language, authorOf(request)))) throw notFound(`template of its own in "${request.params.language}"`);
    return { deleted: true };
  });
}

function previewRoute(app: App, deps: ChannelMailDeps): void {
  app.post("/v1/channels/:code/mail-templates/:kind/:language/preview", operation({
    tag: "mails", scope: "orders:read", id: "previewMail", summary: "Write a mail about a real order with this template, or with one that is given, and send nothing",
  }, { params: ofTemplate, body: previewBody }, { 200: writtenMail }), async (request) => {
    const caller = callerOf(request);
    const { channelId, kind, template } = await templateOf(deps, caller.tenantId, request.params);
    const chosen = request.body.template ?? template;
    if (chosen === undefined || !languageCode.safeParse(request.params.language).success) throw notFound(`template in "${request.params.language}"`);
    if (request.body.template) refuseFaults(request.body.template, "/template");
    const facts = await deps.mails.preview(caller.tenantId, idOf("order", request.body.order), channelId, kind);
    if (facts === null) throw notFound(`order ${request.body.order}`);
    const { language } = request.params;
    const written = writeMail(facts, deps.from, { template: chosen, language, locale: language });
    if (written.kind !== "written") throw refused("NOT_IN_STATE", written.note);
    return shownMessage(written.message, hasScope(caller, "orders:read_personal"));
  });
}
