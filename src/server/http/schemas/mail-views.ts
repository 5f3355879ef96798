import { z } from "zod";
import { publicId } from "../../../domain/kernel/index.ts";
import { type ChannelMail, LETTER_KINDS, MAIL_KINDS, MAIL_STATES, type MailMessage, type MailView, unmarked, withoutPersons } from "../../../flows/mails.ts";
import { mailbox } from "../../mail/address.ts";
import { messageIdOf } from "../../mail/smtp.ts";
import { text, timeZone } from "./fields.ts";

const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => z.nullable(one);

export const mail = z.object({
  id: z.string(), order: maybe(z.string()), order_number: maybe(z.int()), channel: maybe(z.string()), kind: z.enum(LETTER_KINDS), state: z.enum(MAIL_STATES), attempts: z.int(), language: maybe(z.string()), note: maybe(z.string()),
  to: maybe(z.string()), subject: maybe(z.string()), created_at: z.string(), due_at: maybe(z.string()), finished_at: maybe(z.string()),
}).meta({ id: "Mail" });
export const writtenMail = z.object({
  from: z.object({ name: z.string(), address: z.string() }), reply_to: maybe(z.string()), to: z.string(), subject: z.string(), language: z.string(), text: z.string(), html: z.string(), persons_hidden: z.boolean(), attachment: maybe(z.object({ name: z.string(), csv: z.string() })).describe("The table of a report."),
}).meta({ id: "WrittenMail" });
export const mailDetail = mail.extend({ message_id: maybe(z.string()), message: maybe(writtenMail) }).meta({ id: "MailDetail" });

export const language = z.string().regex(/^[a-z]{2,3}$/, "Not an ISO 639 language code such as de.");
export const mailAddress = text(320).refine((one) => mailbox(one) !== null, { error: "Not one e-mail address." });
const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, "Not a colour such as #1a6f78.");

/** Says all of it; what is left out takes its default. */
export const channelMailBody = z.strictObject({
  kinds: z.array(z.enum(MAIL_KINDS)).max(MAIL_KINDS.length), confirm_when: z.enum(["captured", "unheld"]).optional(), from_name: text(200).optional(), from_address: mailAddress.optional(),
  reply_to: mailAddress.optional(), language: language.optional(), shop_name: text(200).optional(), brand_colour: colour.optional(), footer: z.string().max(2000).optional(), time_zone: timeZone.optional(),
});
export const channelMail = z.object({
  kinds: z.array(z.enum(MAIL_KINDS)), confirm_when: z.enum(["captured", "unheld"]), from_name: maybe(z.string()), from_address: maybe(z.string()), reply_to: maybe(z.string()), language: z.string(),
  shop_name: z.string(), brand_colour: z.string(), footer: z.string(), time_zone: z.string(),
}).meta({ id: "ChannelMail" });

export const templateBody = z.strictObject({ subject: text(300), text: text(20_000), html: text(60_000) });
export const mailTemplate = templateBody.extend({ kind: z.enum(MAIL_KINDS), language: z.string(), own: z.boolean(), changed_at: maybe(z.string()) }).meta({ id: "MailTemplate" });

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Whom a mail is to is shown to those who may know. */
export const readable = (message: MailMessage, personal: boolean): MailMessage => (personal ? unmarked(message) : withoutPersons(message));

export function shownMail(view: MailView, personal: boolean): z.infer<typeof mail> {
  const message = view.message && readable(view.message, personal);
  return {
    id: publicId("mail", view.id), order: view.orderId === null ? null : publicId("order", view.orderId), order_number: view.orderNumber, channel: view.channel, kind: view.kind, state: view.state, attempts: view.attempts,
    language: message?.language ?? null, note: view.note, to: message?.to ?? null, subject: message?.subject ?? null, created_at: new Date(view.createdAt).toISOString(), due_at: iso(view.dueAt),
    finished_at: iso(view.finishedAt),
  };
}

export function shownMessage(message: MailMessage, personal: boolean): z.infer<typeof writtenMail> {
  const { from, replyTo, to, subject, language: code, text: plain, html, attachment = null } = readable(message, personal);
  return { from, reply_to: replyTo, to, subject, language: code, text: plain, html, persons_hidden: !personal, attachment };
}

export const shownMailDetail = (view: MailView, personal: boolean): z.infer<typeof mailDetail> => ({
  ...shownMail(view, personal), message_id: view.message && messageIdOf(view.id, view.message.from.address), message: view.message && shownMessage(view.message, personal),
});

export const shownChannelMail = (mails: ChannelMail): z.infer<typeof channelMail> => ({
  kinds: [...mails.kinds], confirm_when: mails.confirmWhen, from_name: mails.fromName, from_address: mails.fromAddress, reply_to: mails.replyTo, language: mails.language, shop_name: mails.shopName,
  brand_colour: mails.brandColour, footer: mails.footer, time_zone: mails.timeZone,
});
