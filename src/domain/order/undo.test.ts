import { expect, test } from "vitest";
import { changeBack, holdPlacedBy, type LoggedChange } from "./undo.ts";
import type { Hold } from "./types.ts";

const ACTION = "act_1";
const hold = (holdNo: number, releasedAt: number | null): Hold => ({ holdNo, kind: "MANUAL", scope: "order", lineNo: null, shipmentNo: null, reason: "storm", owner: null, dueAt: null, placedAt: 0, releasedAt, releasedBy: null, releaseReason: null });
const by = (via: string | null, data: LoggedChange["data"]): LoggedChange => ({ via, data });

test("the hold that the action placed is found among others, and left alone where somebody released it", () => {
  const log = [by(null, { hold_no: 3 }), by(ACTION, { hold_no: 2 }), by("act_0", { hold_no: 1 })];
  expect(holdPlacedBy(ACTION, log, [hold(1, null), hold(2, null), hold(3, null)])).toEqual({ ok: true, value: 2 });
  expect(holdPlacedBy(ACTION, log, [hold(1, null), hold(2, 0), hold(3, null)])).toMatchObject({ ok: false, refusal: { code: "CHANGED_SINCE", detail: expect.stringContaining("1970-01-01") } });
  expect(holdPlacedBy("act_2", log, [hold(1, null)])).toMatchObject({ ok: false, refusal: { code: "CHANGED_SINCE" } });
});

test("of the tags only those are taken off that the action put on and nobody touched since", () => {
  const own = by(ACTION, { added: ["gift", "vip"], removed: [] });
  expect(changeBack(ACTION, [own], "tag")).toEqual({ ok: true, value: { type: "change_tags", add: [], remove: ["gift", "vip"] } });
  expect(changeBack(ACTION, [by(null, { added: ["other"], removed: [] }), own], "tag")).toMatchObject({ value: { remove: ["gift", "vip"] } });
  expect(changeBack(ACTION, [by(null, { added: [], removed: ["vip"] }), own], "tag")).toMatchObject({ value: { remove: ["gift"] } });
  // Taken off and put on again: it is somebody else's now, although the order looks as the action left it.
  expect(changeBack(ACTION, [by(null, { added: ["gift", "vip"], removed: [] }), by(null, { added: [], removed: ["gift", "vip"] }), own], "tag")).toMatchObject({ ok: false, refusal: { code: "CHANGED_SINCE" } });
  expect(changeBack(ACTION, [by(ACTION, { added: [], removed: ["late"] })], "untag")).toMatchObject({ value: { add: ["late"], remove: [] } });
});

test("an order goes back to whoever had it, unless somebody gave it away since", () => {
  const own = by(ACTION, { from: "usr_1", to: "usr_2" });
  expect(changeBack(ACTION, [own], "assign")).toEqual({ ok: true, value: { type: "assign", assignee: "usr_1" } });
  expect(changeBack(ACTION, [by(ACTION, { from: null, to: "usr_2" })], "assign")).toMatchObject({ value: { assignee: null } });
  expect(changeBack(ACTION, [by(null, { from: "usr_3", to: "usr_2" }), by(null, { from: "usr_2", to: "usr_3" }), own], "assign")).toMatchObject({ ok: false, refusal: { code: "CHANGED_SINCE" } });
  expect(changeBack(ACTION, [], "assign")).toMatchObject({ ok: false });
});
