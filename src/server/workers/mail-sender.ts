import { setTimeout as sleep } from "node:timers/promises";
import type { ClaimedMail, MailResult } from "../../flows/mails.ts";
import { writeMail } from "../mail/write.ts";
import type { SmtpOutcome } from "../mail/smtp.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";

export const MAIL_CONSUMER = "mails";

/** Mails that are written in one transaction. */
const WRITTEN_AT_ONCE = 50;
/** Mails that are claimed at once and sent one after the other, and how long they are this process's own. */
const SENT_AT_ONCE = 10;
const CLAIM_MS = 15 * 60_000;
/** A mail server bears ten mails a second; after so many failures in a row that are its own it is left alone for a while. */
const PACE_MS = 100;
const FAILURES_MAX = 3;

/** Writes what is due, in one process at a time. Without a mail server that is all: the mails are kept to be looked at. */
export function createMailWriter(deps: WorkerDeps, keeper: LeaseKeeper, written: () => void): (tenantId: number) => Promise<Found> {
  const { mails, mail: { mailer, from }, metrics } = deps;
  return async (tenantId) => {
    if ((await keeper.hold(tenantId, MAIL_CONSUMER)) === null) return "nothing";
    const done = await mails.write(tenantId, WRITTEN_AT_ONCE, mailer === null, (facts) => writeMail(facts, from));
    for (const { kind, state } of done) if (state !== "ready") metrics.count("ordo_mails_total", { kind, outcome: state });
    if (done.some(({ state }) => state === "ready")) written();
    return done.length === WRITTEN_AT_ONCE ? "more" : done.length > 0 ? "some" : "nothing";
  };
}

export interface MailSender {
  turn(tenantId: number): Promise<Found>;
  /** Waits a while for the mail in hand. */
  stop(): Promise<void>;
}

/**
 * Hands mails to the mail server. Nobody can ask it whether it took a mail, so a mail is recorded as being sent before and
 * as sent after: one whose sender died in between is sent again, under the same Message-ID. Twice is better than never.
 */
export function createMailSender(deps: WorkerDeps, settings: WorkerSettings, freed: () => void): MailSender {
  const { mails, mail: { mailer }, metrics, ambient, log } = deps;
  let serving: Promise<void> | null = null;
  let stopping = false;
  let failures = 0;
  let restsUntil = 0;
  /** Another tenant's turn comes before its next one. */
  let lastServed: number | null = null;

  async function send(tenantId: number, mail: ClaimedMail): Promise<void> {
    const isLate = (): boolean => ambient.now() - mail.readyAt > settings.mailPatienceMs;
    const outcome: SmtpOutcome | MailResult = mail.message === null || mailer === null ? { kind: "refused", note: "The mail was erased before it was sent." }
      : isLate() ? { kind: "dead", note: "It waited too long for the mail server." } : await mailer.send(mail, mail.message);
    failures = outcome.kind === "retry" && "server" in outcome && outcome.server ? failures + 1 : 0;
    if (failures >= FAILURES_MAX) restsUntil = performance.now() + settings.mailRestMs;
    const result: MailResult = outcome.kind === "retry" && isLate() ? { kind: "dead", note: outcome.note } : { kind: outcome.kind, note: outcome.note };
    metrics.count("ordo_mails_total", { kind: mail.kind, outcome: result.kind });
    if (result.kind === "sent") metrics.observe("ordo_mail_seconds", {}, Math.max(0, ambient.now() - mail.readyAt) / 1000);
    const longest = settings.mailPausesMs[Math.min(mail.attempts, settings.mailPausesMs.length - 1)] ?? 0;
    await mails.finish(tenantId, mail, result, longest * (0.5 + Math.random() / 2));
  }

  async function serve(tenantId: number, claimed: readonly ClaimedMail[], claimedAt: number): Promise<void> {
    for (const mail of claimed) {
      // What is left is given back: another process may send it.
      if (stopping || restsUntil > performance.now() || performance.now() - claimedAt > CLAIM_MS / 2) {
        await mails.finish(tenantId, mail, { kind: "retry", note: "Waits for the mail server." }, 0);
        continue;
      }
      await send(tenantId, mail);
      await sleep(PACE_MS);
    }
    mailer?.rest();
  }

  return {
    async turn(tenantId) {
      if (mailer === null || stopping || serving !== null || restsUntil > performance.now()) return "nothing";
      if (lastServed === tenantId) {
        lastServed = null;
        return "some";
      }
      const claimedAt = performance.now();
      const claimed = await mails.claim(tenantId, SENT_AT_ONCE, CLAIM_MS);
      if (claimed.length === 0) return "nothing";
      lastServed = tenantId;
      serving = serve(tenantId, claimed, claimedAt)
        // The claims run out, and the mails are sent by whoever is there then.
        .catch((error: unknown) => log.warn({ error: describeError(error) }, "how a mail ended was not recorded"))
        .finally(() => {
          serving = null;
          freed();
        });
      return "some";
    },
    async stop() {
      stopping = true;
      await Promise.race([serving, sleep(settings.stopGraceMs, undefined, { ref: false })]);
      mailer?.rest();
    },
  };
}
