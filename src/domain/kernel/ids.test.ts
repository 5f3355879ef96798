import { describe, expect, test } from "vitest";
import { ID_PREFIXES, type IdKind, parsePublicId, parseShipmentId, publicId, shipmentId } from "./index.ts";

const UUID = "0192f3a4-0000-7abc-8def-0123456789ab";

describe("a public id", () => {
  test.each(Object.keys(ID_PREFIXES) as IdKind[])("of an %s leads back to its UUID and to no other kind", (kind) => {
    const text = publicId(kind, UUID);
    expect(text).toMatch(/^[a-z]{3}_[0-9a-f]{32}$/);
    expect(parsePublicId(kind, text)).toBe(UUID);
    for (const other of Object.keys(ID_PREFIXES) as IdKind[]) if (other !== kind) expect(parsePublicId(other, text)).toBeUndefined();
  });

  test("has prefixes that differ", () => {
    expect(new Set(Object.values(ID_PREFIXES)).size).toBe(Object.keys(ID_PREFIXES).length);
  });

  test.each(["", "ord_", "ord_xyz", `ord_${"A".repeat(32)}`, `ord_${"a".repeat(31)}`, `ord_${"a".repeat(33)}`, ` ord_${"a".repeat(32)}`, `ord_${"a".repeat(32)}\n`, UUID])("is not %j", (text) => {
    expect(parsePublicId("order", text)).toBeUndefined();
  });
});

describe("a shipment id", () => {
  test("names its order and its number", () => {
    expect(parseShipmentId(shipmentId(UUID, 12))).toEqual({ orderId: UUID, shipmentNo: 12 });
  });

  test.each(["shp_", `shp_${"a".repeat(32)}`, `shp_${"a".repeat(32)}_0`, `shp_${"a".repeat(32)}_01`, `shp_${"a".repeat(32)}_12345`, `ord_${"a".repeat(32)}_1`, `shp_${"a".repeat(32)}_1\n`])("is not %j", (text) => {
    expect(parseShipmentId(text)).toBeUndefined();
  });
});
