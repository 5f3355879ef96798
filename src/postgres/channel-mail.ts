import type pg from "pg";
import { publicId } from "../domain/kernel/index.ts";
import { changedFields, toldChanges } from "../flows/changed-fields.ts";
import { type ChannelMail, type ChannelMails, type KeptTemplate, MAIL_KINDS, type MailKind, type MailTemplate } from "../flows/mails.ts";
import { json } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { recordChange } from "./events.ts";

/** A channel that nobody set mails for: every kind, or none where a connection brings its orders, because that side mails itself. */
const LOAD = statement("load_channel_mail", `
  select k.id, c.name, s.kinds, s.confirm_when, s.document, exists (select from connection n where n.tenant_id = current_tenant() and n.channel_id = k.id) as connected
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select c.name from channel c where c.tenant_id = current_tenant() and c.id = k.id order by c.valid_from desc limit 1) c
    left join lateral (select s.kinds, s.confirm_when, s.document from channel_mail s where s.tenant_id = current_tenant() and s.channel_id = k.id offset 0) s on true`);
const SAVE = statement("save_channel_mail", `
  insert into channel_mail (tenant_id, channel_id, kinds, confirm_when, document) values (current_tenant(), $1, $2, $3, $4)
  on conflict (tenant_id, channel_id) do update set kinds = excluded.kinds, confirm_when = excluded.confirm_when, document = excluded.document`);
const TEMPLATES = statement("load_mail_templates", `
  select channel_id, kind, language, subject, text_part, html_part, changed_at from mail_template
  where tenant_id = current_tenant() and channel_id = any($1::uuid[]) order by channel_id, kind, language`);
const SAVE_TEMPLATE = statement("save_mail_template", `
  insert into mail_template (tenant_id, channel_id, kind, language, subject, text_part, html_part) values (current_tenant(), $1, $2, $3, $4, $5, $6)
  on conflict (tenant_id, channel_id, kind, language) do update set subject = excluded.subject, text_part = excluded.text_part, html_part = excluded.html_part, changed_at = now()`);
const REMOVE_TEMPLATE = statement("remove_mail_template", `
  delete from mail_template where tenant_id = current_tenant() and channel_id = $1 and kind = $2 and language = $3`);

type Document = Omit<ChannelMail, "kinds" | "confirmWhen">;
interface MailDb { id: string; name: string; kinds: MailKind[] | null; confirm_when: ChannelMail["confirmWhen"] | null; document: Document | null; connected: boolean }
interface TemplateDb { channel_id: string; kind: MailKind; language: string; subject: string; text_part: string; html_part: string; changed_at: Date }

const usual = (name: string): Document => ({
  fromName: null, fromAddress: null, replyTo: null, language: "en", shopName: name, brandColour: "#1a6f78", footer: "", timeZone: "UTC",
});

const readMail = ({ name, kinds, confirm_when: confirmWhen, document, connected }: MailDb): ChannelMail =>
  ({ ...(document ?? usual(name)), kinds: kinds ?? (connected ? [] : MAIL_KINDS), confirmWhen: confirmWhen ?? "captured" });

export async function channelMails(session: Session, channelIds: readonly string[]): Promise<ReadonlyMap<string, ChannelMail>> {
  return new Map((await session.rows<MailDb>(LOAD, [channelIds])).map((row) => [row.id, readMail(row)]));
}

export async function templatesOf(session: Session, channelIds: readonly string[]): Promise<readonly { channelId: string; kind: MailKind; language: string; template: MailTemplate; changedAt: number }[]> {
  return (await session.rows<TemplateDb>(TEMPLATES, [channelIds])).map((row) => ({
    channelId: row.channel_id, kind: row.kind, language: row.language, template: { subject: row.subject, text: row.text_part, html: row.html_part }, changedAt: row.changed_at.getTime(),
  }));
}

export function postgresChannelMails(pool: pg.Pool): ChannelMails {
  return {
    find: (tenantId, channelId) => inTransaction(pool, tenantId, async (session) =>
      (await channelMails(session, [channelId])).get(channelId) ?? { ...usual(""), kinds: [], confirmWhen: "captured" }),
    save: (tenantId, channelId, { kinds, confirmWhen, ...document }, by) => inTransaction(pool, tenantId, async (session) => {
      const before = (await channelMails(session, [channelId])).get(channelId);
      await session.run(SAVE, [channelId, kinds, confirmWhen, json(document)]);
      await recordChange(session, by, "MailSettingsSaved", { channel: publicId("channel", channelId), ...toldChanges(changedFields(before ?? {}, { kinds, confirmWhen, ...document })) });
    }),
    templates: (tenantId, channelId) => inTransaction(pool, tenantId, async (session) =>
      (await templatesOf(session, [channelId])).map(({ kind, language, template, changedAt }): KeptTemplate => ({ kind, language, ...template, changedAt }))),
    saveTemplate: (tenantId, channelId, kind, language, { subject, text, html }, by) => inTransaction(pool, tenantId, async (session) => {
      await session.run(SAVE_TEMPLATE, [channelId, kind, language, subject, text, html]);
      await recordChange(session, by, "MailSettingsSaved", { channel: publicId("channel", channelId), kind, language });
    }),
    removeTemplate: (tenantId, channelId, kind, language, by) => inTransaction(pool, tenantId, async (session) => {
      const isGone = (await session.run(REMOVE_TEMPLATE, [channelId, kind, language])) > 0;
      if (isGone) await recordChange(session, by, "MailSettingsSaved", { channel: publicId("channel", channelId), kind, language, removed: true });
      return isGone;
    }),
  };
}
