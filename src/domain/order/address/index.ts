export { countryCode } from "./country.ts";
export * from "./check.ts";
export * from "./geocode.ts";
export * from "./settle.ts";
export { foldName } from "./text.ts";
