/** Other sides of the connections, on the loopback: they keep their own books, refuse like the real ones, and misbehave when told to. */
export { callerOf } from "./partners/caller.ts";
export type { Misbehaviour, Received } from "./partners/server.ts";
export { openShopify, type Shopify } from "./partners/shopify.ts";
export { openWooCommerce, type WooCommerce } from "./partners/woocommerce.ts";
