export * from "./types.ts";
export * from "./stock-book.ts";
export * from "./capacity-book.ts";
export * from "./atp.ts";
export * from "./claims.ts";
export * from "./supply-book.ts";
export * from "./supply-orders.ts";
