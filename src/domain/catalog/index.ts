export * from "./types.ts";
export * from "./quantity.ts";
