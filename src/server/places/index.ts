import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import type { FindPlace, Places } from "../../domain/order/index.ts";
import { readOperatorPlaces } from "./operator-file.ts";
import { placeTable } from "./table.ts";

const FILE = new URL("places.txt.br", import.meta.url);
/** The file's coordinates are in hundredths of a degree. */
const PER_DEGREE = 100;

let table: FindPlace | null = null;

/** Places of all countries (SOURCES.md): 5 MB outside the heap, read when the first address without coordinates comes. */
const builtIn: FindPlace = (key) => {
  table ??= placeTable(brotliDecompressSync(readFileSync(FILE)), PER_DEGREE);
  return table(key);
};

/** The places that addresses are looked up in; `file` is the operator's own, null without one. Throws SettingsError where that cannot be used. */
export async function openPlaces(file: string | null): Promise<Places> {
  return { operator: file === null ? null : await readOperatorPlaces(file), builtIn };
}
