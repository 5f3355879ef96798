export * from "./boxes.ts";
export * from "./facts.ts";
export * from "./lanes.ts";
export * from "./parcels.ts";
export * from "./quotes.ts";
export * from "./rates.ts";
export * from "./types.ts";
