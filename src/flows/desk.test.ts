import { expect, test } from "vitest";
import { RISK_CAUSES } from "../domain/fulfillment/index.ts";
import { QUEUES, reasonOf } from "./desk.ts";

test("no entry of a queue of dates says a code; what others say stays as it is", () => {
  for (const queue of QUEUES.filter(({ source }) => source === "promise")) {
    for (const reason of Object.keys(RISK_CAUSES)) expect(reasonOf(queue, { reason })).toMatch(/^[A-Z][a-z ]+\.$/);
  }
  expect(QUEUES.filter(({ source }) => source !== "promise").map((queue) => reasonOf(queue, { reason: "HOLD" }))).not.toContain("An open hold keeps it back.");
});
