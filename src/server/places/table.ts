import type { FindPlace, GeoPoint } from "../../domain/order/index.ts";

const TAB = 9;
const LINE_END = 10;

/**
 * Places in one piece of memory outside the heap: sorted lines of key, latitude and longitude in the given fraction of a degree. A look-up
 * compares some eighteen keys; two hundred thousand objects would take ten times the memory.
 */
export function placeTable(lines: Uint8Array, perDegree: number): FindPlace {
  return (key) => {
    const wanted = Buffer.from(key);
    let low = 0;
    let high = lines.length;
    while (low < high) {
      let start = (low + high) >>> 1;
      while (start > low && lines[start - 1] !== LINE_END) start--;
      const order = compare(wanted, lines, start);
      if (order === 0) return pointAt(lines, start + wanted.length + 1, perDegree);
      if (order < 0) high = start;
      else low = nextLine(lines, start);
    }
    return null;
  };
}

/** How a key stands to that of the line which starts there: before it, behind it, or the same. */
function compare(wanted: Uint8Array, lines: Uint8Array, start: number): number {
  for (let at = 0; at < wanted.length; at++) {
    const difference = (wanted[at] ?? 0) - (lines[start + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return lines[start + wanted.length] === TAB ? 0 : -1;
}

function nextLine(lines: Uint8Array, from: number): number {
  let at = from;
  while (at < lines.length && lines[at] !== LINE_END) at++;
  return at + 1;
}

function pointAt(lines: Uint8Array, from: number, perDegree: number): GeoPoint {
  const [latitude = "", longitude = ""] = Buffer.from(lines.subarray(from, nextLine(lines, from) - 1)).toString("latin1").split("\t");
  return { latitude: Number(latitude) / perDegree, longitude: Number(longitude) / perDegree };
}

/** The table of a map from key to "latitude tab longitude". Sorted by bytes, as they are compared. */
export function tableOf(places: ReadonlyMap<string, string>, perDegree: number): FindPlace {
  const sorted = [...places].map(([key, place]) => Buffer.from(`${key}\t${place}\n`)).sort(Buffer.compare);
  return placeTable(Buffer.concat(sorted), perDegree);
}
