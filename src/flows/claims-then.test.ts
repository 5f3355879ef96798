import { expect, test } from "vitest";
import type { PastEvent } from "../domain/fulfillment/index.ts";
import type { SoftClaim } from "../domain/inventory/index.ts";
import { publicId } from "../domain/kernel/index.ts";
import { ClaimsThen } from "./claims-then.ts";

const idOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const claim = (n: number, status: SoftClaim["status"]): SoftClaim => ({ id: idOf(n), status, reference: null, createdAt: 0, expiresAt: n, lines: [] });
let position = 0;
const event = (type: string, n: number): PastEvent => ({ position: (position += 1), commit: "", at: 0, type, orderId: null, reason: null, data: { claim: publicId("claim", idOf(n)) }, moves: [], stock: [] });

test("claims as they were are those of today, without what came since, and with what ended since: nothing else is asked for", async () => {
  const open = [1, 2, 3].map((n) => claim(n, "open"));
  const asked: (readonly string[])[] = [];
  const claims = new ClaimsThen({
    openClaims: async (_, after, limit) => open.filter(({ expiresAt }) => expiresAt > (after?.expiresAt ?? -1)).slice(0, limit),
    claims: async (_, ids) => {
      asked.push(ids);
      return ids.map((id) => ({ ...claim(0, "released"), id }));
    },
  }, 1);
  let breaths = 0;
  await claims.readOpen(async () => void (breaths += 1));
  // The second came since and is open still, the third was there and was extended; the fourth came and went, the fifth only went.
  await claims.countBack([event("ClaimCreated", 2), event("ClaimCreated", 4), event("ClaimExtended", 3)]);
  await claims.countBack([event("ClaimReleased", 4), event("ClaimExpired", 5)]);
  expect(claims.open.map(({ id, status }) => [id, status])).toEqual([[idOf(1), "open"], [idOf(3), "open"], [idOf(5), "open"]]);
  expect([asked, breaths]).toEqual([[[idOf(5)]], 1]);
});
