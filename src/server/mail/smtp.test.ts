import { afterEach, describe, expect, it } from "vitest";
import { openSmtp, type SmtpManner, type SmtpServer } from "../../../tests/support/smtp.ts";
import type { MailMessage } from "../../flows/mails.ts";
import { createMailer, type Mailer } from "./smtp.ts";

const message = (over: Partial<MailMessage> = {}): MailMessage => ({
  language: "en", from: { name: "The Shop", address: "orders@shop.example" }, replyTo: "help@shop.example", to: "ida@example.com", subject: "Your order #1", text: "Hello\n.\nbye\n", html: "<p>Hello</p>", ...over,
});
const mail = { id: "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001", readyAt: Date.UTC(2026, 0, 2) };

let server: SmtpServer;
let mailer: Mailer;
const open = async (manner: SmtpManner = "accept", auth = false): Promise<void> => {
  server = await openSmtp(manner, { auth });
  mailer = createMailer({ url: server.url, connectMs: 300, idleMs: 300, totalMs: 600 });
};
afterEach(async () => {
  mailer.rest();
  await server.close();
});

describe("sending a mail", () => {
  it("sends text and HTML with its headers, several over one connection", async () => {
    await open();
    expect(await mailer.send(mail, message())).toEqual({ kind: "sent", note: "250 taken" });
    expect(await mailer.send({ ...mail, id: "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0002" }, message())).toMatchObject({ kind: "sent" });
    expect(server.connections()).toBe(1);
    const [first, second] = server.taken;
    expect(first).toMatchObject({ from: "orders@shop.example", to: "ida@example.com", messageId: "<mal_0192aaaabbbb7ccc8dddeeeeffff0001@shop.example>" });
    expect(second?.messageId).not.toBe(first?.messageId);
    for (const line of ["From: The Shop <orders@shop.example>", "To: ida@example.com", "Reply-To: help@shop.example", "Subject: Your order #1", "Auto-Submitted: auto-generated", "Date: Fri, 02 Jan 2026"]) expect(first?.raw).toContain(line);
    expect(first?.raw).toMatch(/multipart\/alternative[^]*text\/plain[^]*Hello\r\n\.\r\nbye[^]*text\/html[^]*<p>Hello<\/p>/);
  });

  it("lets no name, subject or address make a header of its own", async () => {
    await open();
    const evil = "Ida\r\nBcc: all@example.com\r\n\r\n<script>";
    await mailer.send(mail, message({ from: { name: evil, address: "orders@shop.example" }, subject: evil }));
    expect(server.taken[0]?.raw).not.toMatch(/^Bcc:/im);
    expect(server.commands.filter((line) => line.startsWith("RCPT"))).toEqual(["RCPT TO:<ida@example.com>"]);
  });

  it("takes the marks of what is personal out, and carries every script", async () => {
    await open();
    await mailer.send(mail, message({ subject: "\uE000Grüße 🎁 שלום\uE001", text: "\uE000עידא\uE001 🎁\n", html: "<p>\uE000עידא\uE001</p>" }));
    expect(server.taken[0]?.raw).not.toMatch(/\uE000|\uE001|=EE=80=8[01]/);
    expect(server.taken[0]?.raw).toMatch(/Subject: =\?UTF-8\?/);
  });

  it.each<[string, SmtpManner, object]>([
    ["a recipient that is none", { on: "RCPT", answer: "550 5.1.1 <ida@example.com>: no such user" }, { kind: "dead", note: expect.stringContaining("no such user") }],
    ["a message it does not want", { on: "message", answer: "554 5.7.1 spam" }, { kind: "dead" }],
    ["a mailbox that is busy", { on: "RCPT", answer: "450 4.2.1 try later" }, { kind: "retry", server: false }],
    ["a full disk", { on: "message", answer: "452 4.3.1 no space" }, { kind: "retry", server: false }],
    ["a sender it does not let send", { on: "MAIL", answer: "550 5.7.1 not you" }, { kind: "retry", server: true }],
    ["a server that is closed", { on: "greeting", answer: "554 no service" }, { kind: "retry", server: true }],
    ["one that says nothing", "hang", { kind: "retry", server: true }],
    ["one that goes away after the message", "drop", { kind: "retry", server: true }],
    ["one that never ends its answer", "trickle", { kind: "retry", server: true }],
  ])("tells of %s", async (_what, manner, outcome) => {
    await open(manner);
    const began = performance.now();
    const ended = await mailer.send(mail, message());
    expect(ended).toMatchObject(outcome);
    expect(ended.note).not.toContain("ida@");
    expect(performance.now() - began).toBeLessThan(2_000);
    server.manner = "accept";
    expect(await mailer.send(mail, message())).toMatchObject({ kind: "sent" });
  });

  it("signs in, and repeats neither the password nor the user when that fails", async () => {
    await open("accept", true);
    expect(await mailer.send(mail, message())).toMatchObject({ kind: "sent" });
    mailer.rest();
    server.manner = { on: "AUTH", answer: "535 5.7.8 shop with se>cret is unknown" };
    const refused = await mailer.send(mail, message());
    expect(refused).toMatchObject({ kind: "retry", server: true });
    expect(refused.note).not.toMatch(/se>cret|shop/);
  });

  it("gives no password to a server elsewhere that has no TLS", async () => {
    await open();
    const elsewhere = createMailer({ url: server.url.replace("127.0.0.1", "user:secret@127.1"), connectMs: 300, idleMs: 300, totalMs: 600 });
    // The same machine, by a name that is not known to be.
    expect(new URL(server.url.replace("127.0.0.1", "user:secret@127.1")).hostname).toBe("127.1");
    expect(await elsewhere.send(mail, message())).toMatchObject({ kind: "retry", server: true });
    expect(server.commands.join()).not.toMatch(/AUTH|secret|MAIL/);
  });

  it("is not surprised by a server that is not there", async () => {
    await open();
    await server.close();
    expect(await mailer.send(mail, message())).toMatchObject({ kind: "retry", server: true });
  });
});
