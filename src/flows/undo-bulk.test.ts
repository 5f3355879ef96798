import { expect, test } from "vitest";
import { BULK_ACTIONS, type BulkAction, type BulkWork } from "./bulk-store.ts";
import { whyNoUndo } from "./undo-bulk.ts";

const done = (work: BulkWork, over: Partial<BulkAction> = {}): BulkAction => ({
  id: "1", work, search: null, dryRun: false, actor: "usr_1", requestId: "req_1", undoneBy: null, state: "done", total: 2, changed: 2, skipped: 0, failed: 0, reasons: {}, createdAt: 0, startedAt: 0, progressedAt: 0, finishedAt: 1, ...over,
});
const hold: BulkWork = { action: "hold", kind: "MANUAL", reason: "storm", dueAt: null };

test("holds, tags and assignees can be taken back; everything else says why not", () => {
  const works: readonly BulkWork[] = [
    hold, { action: "release_hold", kind: null, reason: "over" }, { action: "release" }, { action: "reroute", node: null, reason: "fire" }, { action: "cancel", reason: "recall", by: "seller", force: false },
    { action: "tag", tags: ["a"] }, { action: "untag", tags: ["a"] }, { action: "assign", assignee: null }, { action: "undo", of: "0", undoes: "tag" },
  ];
  expect(works.map(({ action }) => action)).toEqual(BULK_ACTIONS);
  expect(works.filter((work) => whyNoUndo(done(work)) === null).map(({ action }) => action)).toEqual(["hold", "tag", "untag", "assign"]);
  const sentences = works.flatMap((work) => whyNoUndo(done(work)) ?? []).map(({ code, sentence }) => `${code}: ${sentence}`);
  expect(new Set(sentences).size).toBe(5);
  for (const one of sentences) expect(one).toMatch(/^irreversible: [A-Z].{20,}\.$/);
});

test("only what was changed, has ended and was not taken back yet can be taken back", () => {
  expect(whyNoUndo(done(hold, { dryRun: true }))).toMatchObject({ code: "dry_run" });
  expect(whyNoUndo(done(hold, { state: "running", finishedAt: null }))).toMatchObject({ code: "not_ended" });
  expect(whyNoUndo(done(hold, { changed: 0 }))).toMatchObject({ code: "nothing_changed" });
  expect(whyNoUndo(done(hold, { undoneBy: "2" }))).toMatchObject({ code: "undone" });
  expect(whyNoUndo(done(hold, { requestId: null }))).toMatchObject({ code: "too_old" });
  expect(whyNoUndo(done(hold, { state: "cancelled" }))).toBeNull();
});
