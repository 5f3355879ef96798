import { z } from "zod";
import { publicId } from "../../../domain/kernel/index.ts";
import { DIFFERENCE_KINDS, type OrderFigures } from "../../../domain/order/index.ts";
import type { ChannelSweep, DifferenceView, FiguresSum } from "../../../flows/channel-sweeps.ts";

/** What is answered about sweeps of channels and the differences they found. */

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const sum = z.object({ orders: whole, total_minor: whole, units: z.number() });

export const channelSweep = z.object({
  id: text, since: instant.describe("Orders that the channel changed since then were read."), started_at: instant, ended_at: z.nullable(instant), state: z.enum(["reading", "comparing", "done", "failed"]),
  pages: whole, orders_seen: whole, unreadable: whole.describe("Orders whose state cannot be read; their messages are in quarantine."),
  fetched_missing: whole.describe("Orders that were not here, put into the inbox."), fetched_newer: whole.describe("Orders whose state here was older, put into the inbox."),
  missing_here: whole, unknown_there: whole, differing: whole.describe("Orders here that differ in money or units."),
  figures: z.array(z.object({ currency: text, there: sum, here: sum })).describe("The orders that were compared, at the channel and here, per currency."),
  attempts: whole.describe("Failed tries of the page in hand."), note: z.nullable(text),
}).meta({ id: "ChannelSweep" });

const shownSum = ({ orders, totalMinor, units }: FiguresSum): z.infer<typeof sum> => ({ orders, total_minor: totalMinor, units });

export const shownSweep = (one: ChannelSweep): z.infer<typeof channelSweep> => ({
  id: publicId("sweep", one.id), since: iso(one.since), started_at: iso(one.startedAt), ended_at: isoOrNull(one.endedAt), state: one.state, pages: one.pages,
  orders_seen: one.counts.seen, unreadable: one.counts.unreadable, fetched_missing: one.counts.fetchedMissing, fetched_newer: one.counts.fetchedNewer, missing_here: one.counts.missingHere,
  unknown_there: one.counts.unknownThere, differing: one.counts.differing, figures: one.figures.map(({ currency, there, here }) => ({ currency, there: shownSum(there), here: shownSum(here) })),
  attempts: one.attempts, note: one.note,
});

const figures = z.object({ currency: text, total_minor: whole, units: z.number() });

export const channelDifference = z.object({
  external_id: text, kind: z.enum(DIFFERENCE_KINDS), order: z.nullable(text), there: z.nullable(figures).describe("At the channel; null where it does not list the order, or its state cannot be read."),
  here: z.nullable(figures), note: z.nullable(text), first_seen_at: instant, last_seen_at: instant, closed_at: z.nullable(instant),
}).meta({ id: "ChannelDifference" });

const shownFigures = (one: OrderFigures | null): z.infer<typeof figures> | null => (one === null ? null : { currency: one.currency, total_minor: one.totalMinor, units: one.units });

export const shownDifference = (one: DifferenceView): z.infer<typeof channelDifference> => ({
  external_id: one.externalId, kind: one.kind, order: one.orderId === null ? null : publicId("order", one.orderId), there: shownFigures(one.there), here: shownFigures(one.here), note: one.note,
  first_seen_at: iso(one.firstSeenAt), last_seen_at: iso(one.lastSeenAt), closed_at: isoOrNull(one.closedAt),
});
