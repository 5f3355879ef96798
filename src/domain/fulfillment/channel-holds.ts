import { type ChannelHolds, componentsOf, type HeldPart, type Journal, openHolds, type Order, placeHold } from "../order/index.ts";
import { lift } from "./follow-channel.ts";
import { liveUnits } from "./source.ts";

const REASON_MAX = 500;
const OWNER_MAX = 100;

/**
 * Holds back what the channel holds, and no longer than it does. What a person released stays released until the channel holds
 * something else. Returns what was done, as sentences; null where the order shows a newer state already.
 */
export function followHolds(journal: Journal, order: Order, { version, held }: ChannelHolds): readonly string[] | null {
  const known = order.document.channel_holds;
  if (known !== undefined && version < known.version) return null;
  const before = known?.held ?? {};
  const applied: string[] = [];
  const now: Record<string, { readonly reason: string; readonly lines: readonly string[] }> = {};
  for (const [part, { reason, lines }] of Object.entries(before)) {
    const still = held.find((one) => one.part === part);
    if (still !== undefined && still.reason === reason && still.lines.join() === lines.join()) {
      now[part] = { reason, lines };
      continue;
    }
    const open = openHolds(order.holds).filter(({ owner }) => owner === ownerOf(part));
    for (const one of open) lift(journal, order, one, still === undefined ? "the channel released it" : "the channel holds it otherwise now");
    if (open.length > 0) applied.push(`Released: ${reason}.`);
  }
  for (const one of held) {
    // What holds nothing of ours is not remembered: a line of it may come yet.
    if (now[one.part] !== undefined || !hold(journal, order, one)) continue;
    now[one.part] = { reason: one.reason, lines: one.lines };
    applied.push(`Held: ${one.reason}.`);
  }
  order.document = { ...order.document, channel_holds: { version, held: now } };
  journal.touch(order, { content: true });
  return applied;
}

const ownerOf = (part: string): string => `channel ${part}`.slice(0, OWNER_MAX);

/** The whole order where the channel holds all that is left of it, else each of its lines. False where nothing of it is left here. */
function hold(journal: Journal, order: Order, { part, reason, lines }: HeldPart): boolean {
  const live = order.lines.filter((line) => line.parentLineNo === null && [line, ...componentsOf(order, line)].some((one) => liveUnits(one) > 0));
  const held = live.filter(({ document }) => document.external_id !== null && lines.includes(document.external_id));
  const sentence = `The channel holds it: ${reason}.`.slice(0, REASON_MAX);
  for (const lineNo of held.length === live.length && live.length > 0 ? [null] : held.map((line) => line.lineNo)) {
    const request = { kind: "CHANNEL_CHANGE", scope: lineNo === null ? "order" : "line", lineNo, shipmentNo: null, reason: sentence, owner: ownerOf(part), dueAt: null } as const;
    const placed = placeHold(order, request, journal.context.now);
    journal.touch(order, { hold: placed });
    journal.event("HoldPlaced", order.id, { hold_no: placed.holdNo, kind: placed.kind }, { reason: sentence });
  }
  return held.length > 0;
}
