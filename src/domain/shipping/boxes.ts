import { assert } from "../kernel/index.ts";
import { type Box, fitsAlone, type PackedBox, type PackingRequest, PARCELS_MAX, type Pieces, volumeOf } from "./parcels.ts";

/**
 * Which pieces go into one box together, by their edges: how many of each, as an arrangement proves. Null where no
 * arrangement that holds was found; then volume decides. Weight is seen to by whoever asks.
 */
export type Arrange = (box: Box, pieces: readonly Pieces[]) => readonly number[] | null;

/** Pieces of several kinds that are arranged in space; more are packed by volume. */
export const ARRANGED_MAX = 60;
/** Share of a box's volume that mixed goods fill when they are packed by volume, in percent. */
const FILLED_PERCENT = 80;

/**
 * Packs pieces into a small set of boxes: the smallest box that takes all that is left; else the largest box, with as
 * much as goes in, and again. Pieces of one kind lie in a lattice of one orientation, at any count. Several kinds are
 * arranged in space up to 60 pieces; above that, and where no arrangement held, they fill 0.8 of a box's volume, largest
 * box first, each then exchanged for the smallest box that would take as much.
 */
export function packIntoBoxes({ pieces, boxes }: PackingRequest, arrange: Arrange): readonly PackedBox[] {
  const left = pieces.map(({ count }) => count);
  const packed: PackedBox[] = [];
  for (;;) {
    const total = left.reduce((sum, count) => sum + count, 0);
    if (total === 0) return packed;
    if (packed.length >= PARCELS_MAX) return [...packed, { box: null, counts: left }];
    const rest = pieces.map((one, index) => ({ ...one, count: left[index] ?? 0 }));
    const whole = boxes.find((box) => mayHold(box, rest) && isAll(intoOne(box, rest, arrange), left));
    if (whole) return [...packed, { box: whole, counts: left }];
    const first = rest.findIndex(({ count }) => count > 0);
    const largest = boxes.findLast((box) => rest[first] !== undefined && fitsAlone(box, rest[first]));
    assert(largest !== undefined, "every piece fits into a box");
    let counts = intoOne(largest, rest, arrange);
    if (counts.every((count) => count === 0)) counts = rest.map((_, index) => (index === first ? 1 : 0));
    // The same box again for as long as the goods are the same: a thousand alike are not arranged a thousand times.
    const copies = Math.max(1, Math.min(PARCELS_MAX - packed.length, ...counts.map((count, index) => (count === 0 ? Infinity : Math.floor((left[index] ?? 0) / count) - 1))));
    const contents = rest.map((one, index) => ({ ...one, count: counts[index] ?? 0 }));
    const box = boxes.find((one) => one !== largest && mayHold(one, contents) && isAll(intoOne(one, contents, arrange), counts)) ?? largest;
    for (let copy = 0; copy < copies; copy++) packed.push({ box, counts });
    counts.forEach((count, index) => (left[index] = (left[index] ?? 0) - count * copies));
  }
}

const isAll = (counts: readonly number[], wanted: readonly number[]): boolean => counts.every((count, index) => count === wanted[index]);

/** What could at best go into a box: volume, weight and each piece's edges. */
function mayHold(box: Box, pieces: readonly Pieces[]): boolean {
  let volume = 0;
  let grams = 0;
  for (const one of pieces) {
    if (one.count === 0) continue;
    if (!fitsAlone(box, one)) return false;
    volume += one.count * volumeOf(one.edgesMm);
    grams += one.count * one.grams;
  }
  return volume <= volumeOf(box.edgesMm) && grams <= box.maximumContents;
}

/** How many of each go into one box, never above its heaviest contents. */
function intoOne(box: Box, pieces: readonly Pieces[], arrange: Arrange): readonly number[] {
  const kinds = pieces.filter(({ count }) => count > 0);
  const [only] = kinds;
  if (only !== undefined && kinds.length === 1) {
    const fits = fitsAlone(box, only) ? Math.min(only.count, inLattice(box, only), byWeight(box.maximumContents, only)) : 0;
    return pieces.map((one) => (one.count === 0 ? 0 : fits));
  }
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  if (total > ARRANGED_MAX) return byVolume(box, pieces);
  const bearable = withinWeight(box, pieces);
  return arrange(box, bearable) ?? byVolume(box, bearable);
}

const byWeight = (room: number, { grams }: Pieces): number => (grams === 0 ? Infinity : Math.floor(room / grams));

/** Pieces of one kind in rows and layers, all turned the same way: the best of the six ways. */
function inLattice({ edgesMm: [x, y, z] }: Box, { edgesMm: [a, b, c] }: Pieces): number {
  const ways: readonly (readonly [number, number, number])[] = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]];
  return Math.max(...ways.map(([i, j, k]) => Math.floor(x / i) * Math.floor(y / j) * Math.floor(z / k)));
}

/** The largest pieces first, as long as the box bears them. */
function withinWeight(box: Box, pieces: readonly Pieces[]): readonly Pieces[] {
  let room = box.maximumContents;
  return pieces.map((one) => {
    const count = fitsAlone(box, one) ? Math.min(one.count, byWeight(room, one)) : 0;
    room -= count * one.grams;
    return { ...one, count };
  });
}

function byVolume(box: Box, pieces: readonly Pieces[]): readonly number[] {
  let room = Math.floor((volumeOf(box.edgesMm) * FILLED_PERCENT) / 100);
  return withinWeight(box, pieces).map((one) => {
    const count = Math.min(one.count, Math.floor(room / volumeOf(one.edgesMm)));
    room -= count * volumeOf(one.edgesMm);
    return count;
  });
}
