// What settings hold now, who changed them, and the changing of one.
import { getChannelMail, getEnvironment, listChannels, listInvoiceSellers, putChannel, putChannelMail, putInvoiceSeller, readAudit, type AuditEntry, type EnvironmentSetting } from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';
import { asked } from '../app/ask.ts';
import { written } from '../app/refused.ts';
import type { Setting } from './catalogue.ts';
import { bodyOfChannel, bodyOfMail, bodyOfSeller, type Document, EVERYWHERE, type Json } from './document.ts';

export type { AuditEntry, EnvironmentSetting } from '@ordo/client';

const CHANNELS = 250;

/** All of them; of mails those of channels that the caller may read. */
export async function readDocument(): Promise<{ readonly document: Document; readonly ids: Readonly<Record<string, string>> }> {
  const [channels, sellers] = await Promise.all([asked(read((signal) => listChannels({ query: { limit: CHANNELS }, signal }))), asked(read((signal) => listInvoiceSellers({ signal })))]);
  const mails = await Promise.all(channels.data.map(async ({ code }) => [code, bodyOfMail(await asked(read((signal) => getChannelMail({ path: { code }, signal }))))] as const));
  return {
    document: { channel: Object.fromEntries(channels.data.map((one) => [one.code, bodyOfChannel(one)])), mail: Object.fromEntries(mails), seller: Object.fromEntries(sellers.data.map((one) => [one.channel ?? EVERYWHERE, bodyOfSeller(one)])) },
    ids: Object.fromEntries(channels.data.map(({ code, id }) => [code, id])),
  };
}

/** The server checks each body; a refusal names the fields it is about. */
export function saveBody(source: Setting['source'], code: string, body: Json): Promise<unknown> {
  // Bodies are those that the server answered, with one value changed: what they hold it checks itself.
  const sent = body as never;
  if (source === 'channel') return written((signal) => putChannel({ path: { code }, body: sent, signal }));
  if (source === 'mail') return written((signal) => putChannelMail({ path: { code }, body: sent, signal }));
  return written((signal) => putInvoiceSeller({ body: { ...(body as { name: string }), channel: code === EVERYWHERE ? null : code }, signal }));
}

const TYPES = { channel: 'ChannelSaved', mail: 'MailSettingsSaved', seller: 'InvoiceSellerSaved' } as const;

/** What is on record about the bodies of one kind, the latest first. */
export const readChanges = async (source: Setting['source']): Promise<Result<readonly AuditEntry[]>> => mapped(await read((signal) => readAudit({ query: { type: TYPES[source], limit: 250 }, signal })), ({ data }) => data);

export const readEnvironment = async (): Promise<Result<readonly EnvironmentSetting[]>> => mapped(await read((signal) => getEnvironment({ signal })), ({ data }) => data);
