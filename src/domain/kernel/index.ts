export * from "./assert.ts";
export * from "./currency.ts";
export * from "./decimal.ts";
export * from "./events.ts";
export * from "./ids.ts";
export * from "./outcome.ts";
export * from "./refusals.ts";
export * from "./time.ts";
