import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postcodeKeys, townKey } from "../../domain/order/index.ts";
import { SettingsError } from "../settings.ts";
import { openPlaces } from "./index.ts";
import { tableOf } from "./table.ts";

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), "ordo-places-"))));
afterAll(() => rm(directory, { recursive: true, force: true }));

const written = async (text: string | Uint8Array): Promise<string> => {
  const path = join(directory, "places.txt");
  await writeFile(path, text);
  return path;
};
const problems = async (text: string | Uint8Array): Promise<readonly string[]> => {
  const error: unknown = await openPlaces(await written(text)).then(() => null, (reason: unknown) => reason);
  return error instanceof SettingsError ? error.problems : [`no SettingsError but ${String(error)}`];
};

describe("the built-in places", () => {
  test.each([
    ["US", "94105", "", 37.79, -122.39], ["CA", "M5V 3L9", "", 43.64, -79.4], ["AU", "2000", "", -33.87, 151.2], ["DE", "", "München", 48.14, 11.58], ["DE", "", "Munich", 48.14, 11.58], ["AT", "", "Wien", 48.21, 16.37],
    ["IT", "", "ROMA", 41.89, 12.51], ["FR", "", "St-Étienne", 45.43, 4.39], ["JP", "", "Ōsaka", 34.69, 135.5], ["BR", "", "São Paulo", -23.55, -46.64], ["DK", "", "København", 55.68, 12.57], ["IN", "", "Bengaluru", 12.97, 77.59],
  ])("know %s %s%s", async (country, postcode, town, latitude, longitude) => {
    const { builtIn } = await openPlaces(null);
    const found = builtIn(postcode === "" ? townKey(country, town) : postcodeKeys(country, postcode).at(-1) ?? "");
    expect(Math.abs((found?.latitude ?? 0) - latitude)).toBeLessThan(0.06);
    expect(Math.abs((found?.longitude ?? 0) - longitude)).toBeLessThan(0.06);
  });

  test.each(["", "US springfield", "US#00000", "ZZ zzz", "AA", "\u0000", "🦄", "x".repeat(10_000), "YE zzz"])("do not know %s", async (key) => {
    expect((await openPlaces(null)).builtIn(key)).toBeNull();
  });
});

test("a table finds every key it was made of, and no other", () => {
  const keys = Array.from({ length: 500 }, (_, n) => `DE ${n.toString(36)}${n % 7 === 0 ? " süd" : ""}${n % 11 === 0 ? "𠮷" : ""}`);
  const find = tableOf(new Map(keys.map((key, n) => [key, `${n}\t-${n}.5`])), 10);
  keys.forEach((key, n) => expect(find(key)).toEqual({ latitude: n / 10, longitude: -(n + 0.5) / 10 }));
  for (const key of keys) for (const other of [`${key} `, key.slice(0, -1), `A${key}`]) if (!keys.includes(other)) expect(find(other)).toBeNull();
  expect(tableOf(new Map(), 10)("x")).toBeNull();
});

describe("the operator's own file", () => {
  test("as CSV, with columns in any order and by other names", async () => {
    const { operator } = await openPlaces(await written("\ufeffzip;City;country;lon;lat\n10115;Berlin;Germany;13.384;52.532\n;Köln;de;6.96;50.94\nSW1A;;UK;-0.13;51.5\n10117;Berlin;DE;13.39;52.517\n"));
    expect(operator?.("DE#10115")).toEqual({ latitude: 52.532, longitude: 13.384 });
    expect(operator?.("DE berlin")).toEqual({ latitude: 52.532, longitude: 13.384 });
    expect(operator?.("DE koln")).toEqual({ latitude: 50.94, longitude: 6.96 });
    expect(operator?.("GB#SW1A")).toEqual({ latitude: 51.5, longitude: -0.13 });
    expect(operator?.("DE#50667")).toBeNull();
  });

  test("as a JSON object a line", async () => {
    const { operator } = await openPlaces(await written('{"country":"JP","town":"大阪","latitude":34.69,"longitude":135.5}\n\n{"country":"JP","postcode":"530-0001","latitude":"34.7","longitude":"135.49"}\n'));
    expect(operator?.("JP 大阪")).toEqual({ latitude: 34.69, longitude: 135.5 });
    expect(operator?.("JP#5300001")).toEqual({ latitude: 34.7, longitude: 135.49 });
  });

  test("every fault names its line and field", async () => {
    expect(await problems("country,postcode,town,latitude,longitude\nDE,10115,,52.5,13.4\nXX,1,,1,1\nDE,,,1,1\nDE,1,,91,1\nDE,1,,1,abc\nDE,1,,,1\n")).toEqual([
      'ORDO_GEOCODE_FILE, line 3: country "XX" is no country of ISO 3166.', "ORDO_GEOCODE_FILE, line 4: postcode and town are both empty.",
      'ORDO_GEOCODE_FILE, line 5: latitude "91" is no number from -90 to 90.', 'ORDO_GEOCODE_FILE, line 6: longitude "abc" is no number from -180 to 180.', 'ORDO_GEOCODE_FILE, line 7: latitude "" is no number from -90 to 90.',
    ]);
    expect(await problems(`country,town,latitude,longitude\n${"DE,,1,1\n".repeat(50)}`)).toHaveLength(20);
  });

  test.each([
    ["nothing in it", "", "ORDO_GEOCODE_FILE names no place: its columns are country, postcode or town, latitude and longitude."], ["a heading alone", "country,town,latitude,longitude\n", "ORDO_GEOCODE_FILE names no place: its columns are country, postcode or town, latitude and longitude."],
    ["no JSON", '{"country":"DE"\n', "ORDO_GEOCODE_FILE line 1 is not a JSON object."], ["no UTF-8", new Uint8Array([0x64, 0xff, 0xfe]), /cannot be read: it is not UTF-8 text\.$/],
  ])("%s", async (_, text, said) => {
    const [first = "", ...rest] = await problems(text);
    expect(first).toMatch(said);
    expect(rest).toEqual([]);
  });

  test("a file that is not there is named", async () => {
    await expect(openPlaces(join(directory, "absent.csv"))).rejects.toThrow(/ORDO_GEOCODE_FILE ".*absent\.csv" cannot be read/);
  });
});
