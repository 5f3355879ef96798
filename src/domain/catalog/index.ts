export * from "./types.ts";
export * from "./checks.ts";
export * from "./deadlines.ts";
export * from "./gate.ts";
export * from "./quantity.ts";
export * from "./prices.ts";
export * from "./operations.ts";
