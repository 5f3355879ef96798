import { setTimeout as sleep } from "node:timers/promises";
import { publicId } from "../../domain/kernel/index.ts";
import { type ClaimedMail, type MailMessage, unmarked } from "../../flows/mails.ts";

/** How a try to send ended. `server` says that the trouble is not this mail's: the next one would meet it too. */
export type SmtpOutcome =
  | { readonly kind: "sent"; readonly note: string }
  | { readonly kind: "dead"; readonly note: string }
  | { readonly kind: "retry"; readonly note: string; readonly server: boolean };

/** One mail after the other over one connection, which stays open in between. */
export interface Mailer {
  /** Never throws. */
  send(mail: Pick<ClaimedMail, "id" | "readyAt">, message: MailMessage): Promise<SmtpOutcome>;
  /** Ends the connection; the next mail opens another. */
  rest(): void;
}

export interface SmtpOptions {
  /** smtp://user:password@host:port, or smtps:// for TLS from the first byte. */
  readonly url: string;
  /** Longest wait for a connection, for a sign of life, and for a whole mail. */
  readonly connectMs?: number;
  readonly idleMs?: number;
  readonly totalMs?: number;
}

type Connection = InstanceType<Awaited<typeof import("nodemailer/lib/smtp-connection")>["default"]>;
interface SmtpError extends Error { code?: string | undefined; responseCode?: number | undefined; command?: string | undefined }

const IS_LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/i;

/** The package is loaded with the first mail: whoever sends none never reads it. */
export function createMailer({ url, connectMs = 10_000, idleMs = 20_000, totalMs = 60_000 }: SmtpOptions): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  const secrets = [user, pass].filter((text) => text !== "");
  let open: Connection | null = null;

  /** Credentials never travel in the clear, except within this machine. */
  async function connect(): Promise<Connection> {
    const { default: SMTPConnection } = await import("nodemailer/lib/smtp-connection");
    const connection = new SMTPConnection({
      host: hostname.replace(/^\[|\]$/g, ""), ...(port === "" ? {} : { port: Number(port) }), secure: protocol === "smtps:", requireTLS: user !== "" && !IS_LOCAL.test(hostname),
      connectionTimeout: connectMs, greetingTimeout: connectMs, socketTimeout: idleMs, socketCloseTimeout: 0, allowInternalNetworkInterfaces: true, logger: false,
    });
    open = connection;
    await settled((done) => {
      connection.once("error", done);
      connection.connect(done);
    });
    // Whatever happens between two mails shows when the next one is sent.
    connection.on("error", () => undefined);
    if (user !== "") await settled((done) => connection.login({ credentials: { user, pass } }, done));
    return connection;
  }

  async function deliver(id: string, at: number, message: MailMessage): Promise<string> {
    const raw = await rawMessage(id, at, message);
    const connection = open !== null && !open.destroyed ? open : await connect();
    const info = await new Promise<{ readonly response: string }>((resolve, reject) => {
      connection.send({ from: message.from.address, to: [message.to], size: raw.length }, raw, (error, sent) => (error ? reject(error) : resolve({ response: sent?.response ?? "" })));
    });
    return info.response;
  }

  function rest(): void {
    open?.quit();
    open = null;
  }

  return {
    rest,
    async send({ id, readyAt }, message) {
      const patience = new AbortController();
      const late = sleep(totalMs, null, { signal: patience.signal }).then(() => Promise.reject(Object.assign(new Error(`The mail server took longer than ${totalMs / 1000} s.`), { code: "ETIMEDOUT" })));
      try {
        const response = await Promise.race([deliver(id, readyAt, message), late]);
        return { kind: "sent", note: told(response, secrets) };
      } catch (error) {
        // After a failure nobody knows what state the connection is in.
        open?.close();
        open = null;
        return judge(error, secrets);
      } finally {
        patience.abort();
        late.catch(() => undefined);
      }
    },
  };
}

const settled = (act: (done: (error?: Error | null) => void) => void): Promise<void> => new Promise((resolve, reject) => act((error) => (error ? reject(error) : resolve())));

/** The same mail has the same Message-ID however often it is sent, so that whoever gets it twice can tell. */
export async function rawMessage(id: string, at: number, message: MailMessage): Promise<Buffer> {
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const { from, to, replyTo, subject, text, html, attachment } = unmarked(message);
  return new MailComposer({
    from: { name: from.name, address: from.address }, to: { name: "", address: to }, ...(replyTo === null ? {} : { replyTo: { name: "", address: replyTo } }), subject, text, html,
    ...(attachment === undefined ? {} : { attachments: [{ filename: attachment.name, content: attachment.csv, contentType: "text/csv; charset=utf-8" }] }),
    messageId: messageIdOf(id, from.address), date: new Date(at), headers: { "Auto-Submitted": "auto-generated" }, disableFileAccess: true, disableUrlAccess: true,
  }).compile().build();
}

export const messageIdOf = (id: string, fromAddress: string): string => `<${publicId("mail", id)}@${fromAddress.slice(fromAddress.lastIndexOf("@") + 1)}>`;

/** 5xx about the recipient or the message is for good; all else may pass, or is the business of whoever set the server up. */
function judge(error: unknown, secrets: readonly string[]): SmtpOutcome {
  const { code, responseCode = 0, command = "", message } = error instanceof Error ? error as SmtpError : new Error("no reason given") as SmtpError;
  const note = told(message, secrets);
  const aboutThisMail = responseCode > 0 && (code === "EMESSAGE" || (code === "EENVELOPE" && !/^MAIL FROM/i.test(command)));
  if (aboutThisMail && responseCode >= 500) return { kind: "dead", note };
  return { kind: "retry", note, server: !aboutThisMail };
}

/** What a server says may repeat who the mail is to, or what it was told to sign in with: neither is kept. */
function told(text: string, secrets: readonly string[]): string {
  const bare = secrets.reduce((result, secret) => result.replaceAll(secret, "…"), text);
  return bare.replace(/[^\s<>"']+@[^\s<>"']+/g, "…").replace(/[\p{Cc}\s]+/gu, " ").trim().slice(0, 500);
}
