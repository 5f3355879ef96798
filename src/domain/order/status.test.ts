import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUCKETS, deriveStatus, noUnits, ORDER_STATUSES, type OrderLine } from "./index.ts";

const line = (units: Partial<OrderLine["units"]>): Pick<OrderLine, "units"> => ({ units: { ...noUnits(), ...units } });

describe("an order's status comes from its quantities", () => {
  test.each([
    ["nothing placed", [{ pending: 2 }], false, "PENDING"], ["held", [{ pending: 2 }], true, "ON_HOLD"], ["held and reserved", [{ reserved: 2 }], true, "ON_HOLD"],
    ["all waiting for stock", [{ backordered: 1 }, { preordered: 1 }], false, "BACKORDERED"], ["some waiting, some pending", [{ backordered: 1 }, { pending: 1 }], false, "BACKORDERED"],
    ["reserved", [{ reserved: 1 }], false, "PROCESSING"], ["some reserved, some waiting", [{ reserved: 1, backordered: 1 }], false, "PROCESSING"],
    ["released, picked or packed", [{ released: 1 }, { picked: 1 }, { packed: 1 }], false, "PROCESSING"], ["some gone, some not", [{ shipped: 1, packed: 1 }], false, "PARTIALLY_SHIPPED"],
    ["some gone and the rest held", [{ shipped: 1, packed: 1 }], true, "ON_HOLD"], ["all gone", [{ shipped: 2 }], false, "SHIPPED"], ["all gone, some delivered", [{ shipped: 2, delivered: 1 }], false, "SHIPPED"],
    ["all delivered", [{ shipped: 2, delivered: 2 }], false, "COMPLETED"], ["all handed over", [{ handed_over: 2 }], false, "COMPLETED"], ["delivered, lost and back", [{ shipped: 3, delivered: 1, lost: 1, returned_to_sender: 1 }], false, "COMPLETED"],
    ["delivered but for what was cancelled", [{ shipped: 1, delivered: 1 }, { cancelled: 1 }], false, "PARTIALLY_CANCELLED"], ["gone but for what was cancelled", [{ shipped: 1 }, { cancelled: 1 }], false, "SHIPPED"],
    ["all cancelled", [{ cancelled: 2 }], false, "CANCELLED"], ["all cancelled and held", [{ cancelled: 2 }], true, "CANCELLED"], ["some cancelled, some reserved", [{ cancelled: 1, reserved: 1 }], false, "PROCESSING"],
  ] as const)("%s", (_, lines, held, expected) => {
    expect(deriveStatus(lines.map(line), held)).toBe(expected);
  });

  test("always one that is documented, whatever the quantities and however they are split over lines", () => {
    const some = fc.record(Object.fromEntries(BUCKETS.map((bucket) => [bucket, fc.integer({ min: 0, max: 2 })])));
    fc.assert(fc.property(some, some, fc.boolean(), (one, other, held) => {
      const apart = deriveStatus([line(one), line(other)], held);
      const sum = Object.fromEntries(BUCKETS.map((bucket) => [bucket, (one[bucket] ?? 0) + (other[bucket] ?? 0)]));
      expect(ORDER_STATUSES).toContain(apart);
      expect(deriveStatus([line(sum)], held)).toBe(apart);
    }));
  });
});
