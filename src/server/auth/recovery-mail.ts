import { randomUUID } from "node:crypto";
import type { Account } from "../../flows/credentials.ts";
import type { MailMessage } from "../../flows/mails.ts";
import { createMailer } from "../mail/smtp.ts";
import type { Settings } from "../settings.ts";

/** The mail with a link that sets a new password. */

const WORDS = {
  en: { subject: "Your password for Ordo", said: "Somebody asked for a new password for your account. This link sets one; it works once, within an hour:", ignore: "If that was not you, do nothing: your password stays as it is." },
  de: { subject: "Ihr Passwort für Ordo", said: "Jemand hat für Ihr Konto ein neues Passwort angefordert. Mit diesem Link legen Sie es fest; er gilt einmal und eine Stunde lang:", ignore: "Waren Sie das nicht, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist." },
} as const;

/** `link` is made by the server of characters that mean nothing in HTML. */
export function recoveryMail(to: string, language: "en" | "de", from: string, link: string): MailMessage {
  const { subject, said, ignore } = WORDS[language];
  return {
    language, from: { name: "Ordo", address: from }, replyTo: null, to, subject,
    text: `${said}\n\n${link}\n\n${ignore}\n`, html: `<p>${said}</p><p><a href="${link}">${link}</a></p><p>${ignore}</p>`,
  };
}

/** Sends links that set a password, one mail after the other; null where no mail leaves, or nobody knows the address that links begin with. */
export function recoverySender({ smtpUrl, mailFrom, publicUrl }: Settings): ((account: Account, path: string) => Promise<void>) | null {
  if (smtpUrl === null || mailFrom === null || publicUrl === null) return null;
  const mailer = createMailer({ url: smtpUrl });
  let last: Promise<unknown> = Promise.resolve();
  return async ({ email, language }, path) => {
    last = last.then(() => mailer.send({ id: randomUUID(), readyAt: Date.now() }, recoveryMail(email, language, mailFrom, publicUrl + path))).finally(() => mailer.rest());
    await last;
  };
}
