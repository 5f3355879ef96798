import type { Author } from "./changed-fields.ts";
import type { Lease } from "./integration.ts";

/** Ports of telling customers. All times are the database's own. */

export const MAIL_KINDS = ["confirmation", "shipped", "delayed", "cancelled"] as const;
export type MailKind = (typeof MAIL_KINDS)[number];
/** What can be in the mailbox: mails to customers about an order, and reports, which are about none. */
export const LETTER_KINDS = [...MAIL_KINDS, "report"] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

/**
 * waiting: noted, to be written. ready: written, to be sent. sending: a sender is at it. sent: the mail server took it.
 * kept: written and kept here, because no mail server is set. joined: another mail tells of it too. dropped: there was
 * nothing to tell any more. refused: it cannot be sent to this address. dead: a person has to look.
 */
export const MAIL_STATES = ["waiting", "ready", "sending", "sent", "kept", "joined", "dropped", "refused", "dead"] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** What the mails of a channel are like. */
export interface ChannelMail {
  readonly kinds: readonly MailKind[];
  /** The confirmation goes out when the order was captured, or when no hold is open. */
  readonly confirmWhen: "captured" | "unheld";
  readonly fromName: string | null;
  readonly fromAddress: string | null;
  readonly replyTo: string | null;
  /** Where the order does not say one there is a template for. */
  readonly language: string;
  readonly shopName: string;
  /** #rrggbb */
  readonly brandColour: string;
  readonly footer: string;
  /** IANA; the customer's dates are of this zone. */
  readonly timeZone: string;
}

/** Subject and both parts, in Mustache without logic. */
export interface MailTemplate {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface KeptTemplate extends MailTemplate {
  readonly kind: MailKind;
  readonly language: string;
  readonly changedAt: number;
}

/** A line as a mail tells of it; quantities are counted units (10^-quantityScale of the item's base unit). */
export interface MailLine {
  readonly lineNo: number;
  /** The kit's line, where this is a component of a kit. */
  readonly kitLineNo: number | null;
  readonly name: string;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  readonly quantityScale: number;
  readonly unit: string | null;
  readonly unitFactor: number;
  /** As the customer put it: kits on the line of a kit, all other figures of which stand in the lines of its components. */
  readonly ordered: number;
  readonly cancelled: number;
  /** Wait for stock or for a node. */
  readonly waiting: number;
  /** Neither left nor cancelled, the waiting ones included. */
  readonly open: number;
  readonly totalMinor: number;
}

/** Everything a mail about an order can say, as it is now. */
export interface MailFacts {
  readonly kind: MailKind;
  readonly order: {
    readonly number: number; readonly externalId: string; readonly currency: string; readonly placedAt: number; readonly attributes: Readonly<Record<string, string>>;
    readonly totalMinor: number; readonly shippingMinor: number; readonly discountMinor: number; readonly taxMinor: number; readonly taxIncluded: boolean;
  };
  readonly lines: readonly MailLine[];
  readonly shipment: {
    readonly packages: readonly { readonly carrier: string | null; readonly trackingNumber: string | null }[];
    readonly lines: readonly { readonly lineNo: number; readonly quantity: number }[];
  } | null;
  /** Units per line that this mail tells were cancelled. */
  readonly cancelled: ReadonlyMap<number, number>;
  /** Null where it was erased. */
  readonly contact: Readonly<Record<string, unknown>> | null;
  readonly channel: ChannelMail;
  /** The channel's own templates of this kind, by language. */
  readonly templates: ReadonlyMap<string, MailTemplate>;
}

/** A mail as it was written. Between PERSONAL marks stands what is personal. */
export interface MailMessage {
  /** ISO 639 code. */
  readonly language: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly replyTo: string | null;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** A table of a report. */
  readonly attachment?: { readonly name: string; readonly csv: string };
}

export type Written =
  | { readonly kind: "written"; readonly message: MailMessage }
  | { readonly kind: "refused" | "dropped"; readonly note: string };

/** One mail that this process may send now. */
export interface ClaimedMail {
  readonly id: string;
  readonly kind: LetterKind;
  readonly fence: number;
  readonly attempts: number;
  readonly createdAt: number;
  readonly readyAt: number;
  /** Null where it was erased. */
  readonly message: MailMessage | null;
}

export type MailResult =
  | { readonly kind: "sent"; readonly note: string }
  | { readonly kind: "retry" | "dead" | "refused"; readonly note: string };

export interface MailView {
  readonly id: string;
  /** Null, as its number and the channel, of a report. */
  readonly orderId: string | null;
  readonly orderNumber: number | null;
  readonly channel: string | null;
  readonly kind: LetterKind;
  readonly state: MailState;
  readonly attempts: number;
  readonly note: string | null;
  readonly position: number;
  readonly createdAt: number;
  readonly dueAt: number | null;
  readonly finishedAt: number | null;
  /** Null before it was written, and after it was erased. In lists both of its parts are empty. */
  readonly message: MailMessage | null;
}

export interface MailFilter {
  readonly state: MailState | null;
  readonly kind: LetterKind | null;
  readonly orderId: string | null;
  /** Position and id of the last row of the page before; newest first. */
  readonly before: readonly [position: number, id: string] | null;
  readonly limit: number;
}

export interface Mails {
  /** Notes which mails the next events make due and moves the consumer past them, in one commit; null where the fence is stale. */
  note(lease: Lease, consumer: string, limit: number): Promise<{ readonly events: number; readonly made: number } | null>;
  /** Writes mails that are due, and keeps them to be sent or (`sandbox`) only to be looked at; returns what became of each. */
  write(tenantId: number, limit: number, sandbox: boolean, write: (facts: MailFacts) => Written): Promise<readonly { readonly kind: MailKind; readonly state: MailState }[]>;
  /** Claims written mails that are due, and those of a sender that died: they are recorded as being sent before they are. */
  claim(tenantId: number, limit: number, claimMs: number): Promise<readonly ClaimedMail[]>;
  /** Records how it ended; false where the claim was taken over meanwhile. */
  finish(tenantId: number, mail: ClaimedMail, result: MailResult, pauseMs: number): Promise<boolean>;
  list(tenantId: number, filter: MailFilter): Promise<readonly MailView[]>;
  find(tenantId: number, id: string): Promise<MailView | null>;
  /** Writes a mail that did not leave anew; null where there is none of this id, false where it is sent or on its way, or a report. */
  retry(tenantId: number, id: string): Promise<MailView | false | null>;
  /** What a mail of this kind would say of an order today; null where there is no such order. */
  preview(tenantId: number, orderId: string, channelId: string, kind: MailKind): Promise<MailFacts | null>;
  counts(tenantId: number): Promise<{ readonly ready: number; readonly dead: number }>;
  /** Forgets mails older than so many days; returns how many went. */
  forget(tenantId: number, days: number, limit: number): Promise<number>;
}

export interface ChannelMails {
  find(tenantId: number, channelId: string): Promise<ChannelMail>;
  save(tenantId: number, channelId: string, mail: ChannelMail, by?: Author): Promise<void>;
  templates(tenantId: number, channelId: string): Promise<readonly KeptTemplate[]>;
  saveTemplate(tenantId: number, channelId: string, kind: MailKind, language: string, template: MailTemplate, by?: Author): Promise<void>;
  removeTemplate(tenantId: number, channelId: string, kind: MailKind, language: string, by?: Author): Promise<boolean>;
}

/** Around what is personal in a written mail: private characters of Unicode, taken out of everything else. */
export const PERSONAL = { begin: "\uE000", end: "\uE001" } as const;

const MARKS = /[\uE000\uE001]/g;
const MARKED = /\uE000[^\uE001]*\uE001?/g;

const inMessage = (message: MailMessage, change: (text: string) => string): MailMessage => ({
  ...message, subject: change(message.subject), text: change(message.text), html: change(message.html),
});

/** The mail as its reader gets it. */
export const unmarked = (message: MailMessage): MailMessage => inMessage(message, (text) => text.replace(MARKS, ""));

/** The mail for those who may not know whom it is to. */
export const withoutPersons = (message: MailMessage): MailMessage => ({
  ...inMessage(message, (text) => text.replace(MARKED, "•••")), to: message.to.replace(/^(.)[^@]*@(.).*(\.[^.]*)$/u, "$1•••@$2•••$3"),
});
