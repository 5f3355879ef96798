export * from "./cancel.ts";
export * from "./carrier.ts";
export * from "./node-work.ts";
export * from "./override.ts";
export * from "./release.ts";
export * from "./resource.ts";
export * from "./source.ts";
