/** Everything the storm asks of the program, in the oracle's words rather than the API's. */
export type Command =
  | { readonly kind: "capture"; readonly externalId: string; readonly channel: string; readonly lines: readonly { readonly sku: string; readonly quantity: number }[]; readonly claim: string | null }
  | { readonly kind: "cancel"; readonly order: string; readonly lines: readonly LineQuantity[] | null }
  | { readonly kind: "claim"; readonly sku: string; readonly node: string | null; readonly quantity: number; readonly ttlSeconds: number }
  | { readonly kind: "extend"; readonly claim: string; readonly ttlSeconds: number }
  | { readonly kind: "unclaim"; readonly claim: string }
  | { readonly kind: "receive" | "count" | "adjust"; readonly sku: string; readonly node: string; readonly quantity: number }
  | { readonly kind: "shipment"; readonly action: ShipmentAction; readonly shipment: string; readonly body: Readonly<Record<string, unknown>> };

export interface LineQuantity {
  readonly line: number;
  readonly quantity: number;
}

export type ShipmentAction = "release" | "accept" | "reject" | "pick" | "pack" | "ship" | "deliver" | "answer-cancel";

export function requestOf(command: Command): { path: string; body: string } {
  const [path, body] = described(command);
  return { path, body: JSON.stringify(body) };
}

function described(command: Command): [path: string, body: Readonly<Record<string, unknown>>] {
  switch (command.kind) {
    case "capture":
      return ["/v1/orders", {
        channel: command.channel, external_id: command.externalId, currency: "EUR", lines: command.lines.map(({ sku, quantity }) => ({ sku, quantity, unit_price: "9.90" })),
        customer: { name: "A Buyer" }, ship_to: { name: "A Buyer", street: "Street 1", city: "Berlin", postcode: "10115", country: "DE" },
        ...(command.claim === null ? {} : { claim: command.claim }),
      }];
    case "cancel":
      return [`/v1/orders/${command.order}/cancel`, { reason: "changed my mind", ...(command.lines === null ? {} : { lines: command.lines }) }];
    case "claim":
      return ["/v1/claims", { ttl_seconds: command.ttlSeconds, lines: [{ sku: command.sku, quantity: command.quantity, ...(command.node === null ? {} : { node: command.node }) }] }];
    case "extend":
      return [`/v1/claims/${command.claim}/extend`, { ttl_seconds: command.ttlSeconds }];
    case "unclaim":
      return [`/v1/claims/${command.claim}/release`, {}];
    case "receive":
      return ["/v1/stock/receipts", { sku: command.sku, node: command.node, quantity: command.quantity }];
    case "count":
      return ["/v1/stock/counts", { sku: command.sku, node: command.node, quantity: command.quantity }];
    case "adjust":
      return ["/v1/stock/adjustments", { sku: command.sku, node: command.node, quantity: command.quantity, reason: command.quantity < 0 ? "DAMAGED" : "FOUND" }];
    case "shipment":
      return [`/v1/shipments/${command.shipment}/${command.action}`, command.body];
  }
}
