import { expect, test } from "vitest";
import { changeDesk, type Desk, TAGS_MAX } from "./desk.ts";

const desk: Desk = { orderId: "o", tags: ["gift", "vip"], assignee: null, version: 3 };

test("tags are a sorted set, and a change counts a version", () => {
  expect(changeDesk(desk, { type: "tag", tags: ["call", "vip"] })).toEqual({ ok: true, value: { ...desk, tags: ["call", "gift", "vip"], version: 4 } });
  expect(changeDesk(desk, { type: "untag", tags: ["vip", "none"] })).toEqual({ ok: true, value: { ...desk, tags: ["gift"], version: 4 } });
  expect(changeDesk(desk, { type: "set_tags", tags: [] })).toEqual({ ok: true, value: { ...desk, tags: [], version: 4 } });
  expect(changeDesk(desk, { type: "assign", assignee: "usr_1" })).toEqual({ ok: true, value: { ...desk, assignee: "usr_1", version: 4 } });
});

test("tags that are put on and taken off leave the others as they are", () => {
  expect(changeDesk(desk, { type: "change_tags", add: ["call"], remove: ["vip", "none"] })).toEqual({ ok: true, value: { ...desk, tags: ["call", "gift"], version: 4 } });
  expect(changeDesk(desk, { type: "change_tags", add: ["vip"], remove: ["none"] })).toEqual({ ok: true, value: desk });
  expect(changeDesk(desk, { type: "change_tags", add: Array.from({ length: TAGS_MAX }, (_, index) => `t${index}`), remove: [] })).toMatchObject({ ok: false, refusal: { errors: [{ pointer: "/add" }] } });
});

test("what changes nothing says so, and setting the same tags is no change", () => {
  for (const change of [{ type: "tag", tags: ["vip"] }, { type: "untag", tags: ["none"] }, { type: "assign", assignee: null }] as const) {
    expect(changeDesk(desk, change)).toMatchObject({ ok: false, refusal: { code: "NOTHING_TO_DO" } });
  }
  expect(changeDesk(desk, { type: "set_tags", tags: ["vip", "gift"] })).toEqual({ ok: true, value: desk });
});

test("an order has at most twenty tags", () => {
  const tags = Array.from({ length: TAGS_MAX }, (_, index) => `t${index}`);
  expect(changeDesk(desk, { type: "set_tags", tags })).toMatchObject({ ok: true });
  expect(changeDesk(desk, { type: "tag", tags })).toMatchObject({ ok: false, refusal: { code: "INVALID_FIELD" } });
});
