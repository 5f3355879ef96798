export * from "./types.ts";
export * from "./calendar.ts";
export * from "./ship-times.ts";
export * from "./ship-time-cache.ts";
export * from "./arrival.ts";
export * from "./pickup.ts";
