export * from "./fields.ts";
export * from "./match.ts";
export * from "./words.ts";
