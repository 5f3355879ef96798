import { parse } from "csv-parse/sync";
import { readFile, stat } from "node:fs/promises";
import { countryCode, type FindPlace, postcodeKeys, townKey } from "../../domain/order/index.ts";
import { SettingsError } from "../settings.ts";
import { tableOf } from "./table.ts";

const BYTES_MAX = 64 * 1024 * 1024;
const ROWS_MAX = 500_000;
/** More faults than a person corrects at once. */
const PROBLEMS_MAX = 20;
/** Micro-degrees: a tenth of a metre. */
const PER_DEGREE = 1_000_000;

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  country: ["country", "country_code"], postcode: ["postcode", "postal_code", "zip", "zip_code"], town: ["town", "city", "place"],
  latitude: ["latitude", "lat"], longitude: ["longitude", "lng", "lon", "long"],
};

interface FileRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

/** Reads the operator's own places: CSV with a heading, or a JSON object a line. Throws SettingsError, which names line and field of what is wrong. */
export async function readOperatorPlaces(path: string): Promise<FindPlace> {
  const text = await readText(path);
  const rows = text.trimStart().startsWith("{") ? jsonRows(text) : sheetRows(text);
  if (rows.length > ROWS_MAX) throw fault(`has ${rows.length} rows, at most ${ROWS_MAX} are read`);
  const problems: string[] = [];
  const places = new Map<string, string>();
  for (const row of rows) {
    const wrong = keep(row, places);
    if (wrong !== null) problems.push(`ORDO_GEOCODE_FILE, line ${row.line}: ${wrong}.`);
    if (problems.length === PROBLEMS_MAX) break;
  }
  if (problems.length > 0) throw new SettingsError(problems);
  if (places.size === 0) throw fault("names no place: its columns are country, postcode or town, latitude and longitude");
  return tableOf(places, PER_DEGREE);
}

const fault = (what: string): SettingsError => new SettingsError([`ORDO_GEOCODE_FILE ${what}.`]);

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > BYTES_MAX) throw fault(`has ${size} bytes, at most ${BYTES_MAX} are read`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    throw fault(`"${path}" cannot be read: ${error instanceof TypeError ? "it is not UTF-8 text" : error instanceof Error ? error.message : "no reason given"}`);
  }
}

function jsonRows(text: string): FileRow[] {
  return text.split(/\r?\n/).flatMap((one, index): FileRow[] => {
    if (one.trim() === "") return [];
    const value = jsonObject(one);
    if (value === null) throw fault(`line ${index + 1} is not a JSON object`);
    return [{ line: index + 1, values: named(Object.keys(value), Object.values(value).map((part) => (typeof part === "string" || typeof part === "number" ? String(part) : ""))) }];
  });
}

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function sheetRows(text: string): FileRow[] {
  const first = text.slice(0, text.indexOf("\n") + 1 || undefined);
  const delimiter = [";", "\t"].find((mark) => first.split(mark).length > 2) ?? ",";
  let records: readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  try {
    records = parse(text, { bom: true, delimiter, info: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true }) as unknown as typeof records;
  } catch (error) {
    throw fault(`is no CSV: ${error instanceof Error ? error.message : "no reason given"}`);
  }
  const [heading, ...rows] = records;
  return rows.map(({ record, info }) => ({ line: info.lines, values: named(heading?.record ?? [], record) }));
}

/** The values by our names of their columns. */
function named(columns: readonly string[], values: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  columns.forEach((column, index) => {
    const field = Object.keys(FIELDS).find((name) => FIELDS[name]?.includes(column.trim().toLowerCase()));
    if (field !== undefined) found[field] = (values[index] ?? "").trim();
  });
  return found;
}

/** Keeps a row by its postcode and its town; says what is wrong with it. A row of a town alone says more of the town than one of a postcode in it. */
function keep({ values }: FileRow, places: Map<string, string>): string | null {
  const { country = "", postcode = "", town = "" } = values;
  const code = countryCode(country);
  if (code === null) return `country "${country}" is no country of ISO 3166`;
  if (postcode === "" && town === "") return "postcode and town are both empty";
  const [latitude, longitude] = [degrees(values["latitude"], 90), degrees(values["longitude"], 180)];
  if (latitude === null) return `latitude "${values["latitude"] ?? ""}" is no number from -90 to 90`;
  if (longitude === null) return `longitude "${values["longitude"] ?? ""}" is no number from -180 to 180`;
  const place = `${latitude}\t${longitude}`;
  const [full] = postcode === "" ? [] : postcodeKeys(code, postcode);
  if (postcode !== "" && full === undefined) return `postcode "${postcode}" has no letter or digit`;
  if (full !== undefined) places.set(full, place);
  if (town !== "" && (full === undefined || !places.has(townKey(code, town)))) places.set(townKey(code, town), place);
  return null;
}

function degrees(text: string | undefined, most: number): number | null {
  const value = /^[+-]?\d{1,3}(?:\.\d+)?$/.test(text ?? "") ? Number(text) : Number.NaN;
  return Math.abs(value) <= most ? Math.round(value * PER_DEGREE) : null;
}
