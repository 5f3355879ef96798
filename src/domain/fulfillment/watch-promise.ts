import { HOUR, type Instant, MINUTE, SECOND } from "../kernel/index.ts";
import type { Journal, Order } from "../order/index.ts";
import { isHandedOut, type Outlook, outlooksOf, RISK_CAUSES, RISK_LEVELS, type RiskLevel } from "./outlook.ts";
import { takePickupSlot } from "./pickup-slot.ts";
import { plannedArrival } from "./planned-arrival.ts";
import { rescue, type Tried } from "./rescue.ts";
import { reviewPromise, tellReady } from "./review-promise.ts";
import type { SourcingFacts } from "./source.ts";

/** What the last look at an order found. */
export interface KnownRisk {
  readonly level: RiskLevel;
  readonly missed: boolean;
}

/** What a look at the dates of an order found and did. */
export interface WatchedOrder {
  /** The worst of its deadlines; null where nothing of it has a deadline and is still to leave. */
  readonly outlook: Outlook | null;
  /** What was tried this time; null where nothing was to be tried. */
  readonly tried: Tried | null;
  /** Shipments whose date was saved, and lines whose customer hears of another date. */
  readonly saved: number;
  readonly changed: number;
  /** A deadline has passed before everything had left. */
  readonly missed: boolean;
  /** Null where nobody has to look again. */
  readonly nextLookAt: Instant | null;
}

/**
 * Looks at every date of an order that is still to leave. What would be late is sent otherwise where that saves it; else whoever was
 * promised a day hears of the new one, before the old one has passed. Says so once: the next look finds the new plan, or the new day.
 */
export function watchPromise(journal: Journal, order: Order, facts: SourcingFacts, known: KnownRisk): WatchedOrder {
  const { now } = journal.context;
  const tries = rescueLate(journal, order, facts, outlooksOf(order, facts, now));
  const changed = tellNewDates(journal, order, facts, outlooksOf(order, facts, now));
  const outlooks = outlooksOf(order, facts, now);
  const [outlook = null] = outlooks;
  const tried = tries.find(({ saved }) => !saved) ?? tries[0] ?? null;
  if (outlook && RISK_LEVELS.indexOf(outlook.level) > RISK_LEVELS.indexOf(known.level)) report(journal, order, outlook, tried);
  return {
    outlook, tried, changed, saved: tries.filter(({ saved }) => saved).length, missed: known.missed || outlooks.some(({ deadline }) => deadline.at <= now),
    nextLookAt: outlook && nextLook(outlooks, now),
  };
}

/** A date that has passed is past saving. */
function rescueLate(journal: Journal, order: Order, facts: SourcingFacts, outlooks: readonly Outlook[]): Tried[] {
  const late = outlooks.filter(({ level, deadline }) => level === "late" && deadline.at > journal.context.now);
  return [...new Set(late.flatMap(({ shipment }) => shipment ?? []))].map((shipment) => rescue(journal, order, shipment, facts));
}

/**
 * Only later days are told: what comes sooner than promised keeps its promise. What a hold keeps back may still be saved when it ends, so
 * its customer hears only when the warning time has come.
 */
function tellNewDates(journal: Journal, order: Order, facts: SourcingFacts, outlooks: readonly Outlook[]): number {
  const { channel } = facts;
  const { now } = journal.context;
  const before = journal.events.length;
  let reason: string | null = null;
  for (const { level, deadline, shipment, predictedAt, arrivalDate, cause, held } of outlooks) {
    const plan = shipment?.document.plan;
    const isOwn = shipment !== null && isHandedOut(order, shipment, facts.nodes);
    if (level !== "late" || deadline.kind !== "promise" || !(plan || isOwn) || predictedAt === null || arrivalDate === null || (held && deadline.at - now > channel.deadlines.warnMinutes * MINUTE)) continue;
    reason ??= cause && RISK_CAUSES[cause];
    if (isOwn) {
      takePickupSlot(journal, order, facts, predictedAt);
      tellReady(journal, order, shipment, Math.max(predictedAt, order.document.pickup_slot?.ends_at ?? predictedAt), reason ?? "");
    }
    if (!plan) continue;
    if (predictedAt <= (plannedArrival(shipment) ?? 0)) continue;
    shipment.document = { ...shipment.document, plan: { ...plan, arrival_date: arrivalDate, arrives_at: predictedAt } };
    journal.touch(order, { shipment });
  }
  if (reason !== null) {
    takePickupSlot(journal, order, facts);
    reviewPromise(journal, order, reason);
  }
  return journal.events.length - before;
}

function report(journal: Journal, order: Order, { level, deadline, predictedAt, cause, shipment }: Outlook, tried: Tried | null): void {
  journal.event("PromiseAtRisk", order.id, {
    level, deadline: deadline.kind, due_at: iso(deadline.at), predicted_at: predictedAt === null ? null : iso(predictedAt), cause, shipment_no: shipment?.shipmentNo ?? null,
    tried: tried?.sentence ?? null,
  }, { reason: cause && RISK_CAUSES[cause] });
}

const iso = (at: Instant): string => new Date(at).toISOString();

const LOOK_SOONEST = MINUTE;
const LOOK_LATEST = 3 * HOUR;

/**
 * After an eighth of the time that is left until the next deadline, so that looks grow denser towards it: from every three hours to
 * every minute; and when a prediction stops holding. What is past its deadlines is looked at rarely.
 */
function nextLook(outlooks: readonly Outlook[], now: Instant): Instant {
  const ahead = outlooks.flatMap(({ deadline }) => (deadline.at > now ? [deadline.at - now] : []));
  const pause = ahead.length === 0 ? LOOK_LATEST : Math.min(LOOK_LATEST, Math.max(LOOK_SOONEST, Math.min(...ahead) / 8));
  const ends = outlooks.flatMap(({ validUntil }) => (validUntil !== null && validUntil >= now ? [validUntil + SECOND] : []));
  return Math.max(now + LOOK_SOONEST, Math.min(now + pause, ...ends));
}
