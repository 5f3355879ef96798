export * from "./invoice.ts";
export * from "./prorate.ts";
