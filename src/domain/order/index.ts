export * from "./address.ts";
export * from "./capture.ts";
export * from "./channel-order.ts";
export * from "./holds.ts";
export * from "./journal.ts";
export * from "./policies.ts";
export * from "./status.ts";
export * from "./types.ts";
