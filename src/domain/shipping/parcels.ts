import type { Item } from "../catalog/index.ts";
import type { CarrierService, PackageType, Parcel } from "./types.ts";

/** Goods of one item that leave together, in counted units. */
export interface ShippedGoods {
  readonly item: Pick<Item, "sku" | "quantityScale" | "weightGrams" | "dimensionsMm">;
  readonly quantity: number;
}

export type Edges = readonly [number, number, number];

/** Pieces that are alike: so many, each with its weight and its edges, the longest first. */
export interface Pieces {
  readonly grams: number;
  readonly edgesMm: Edges;
  readonly count: number;
}

/** A package type as far as a service takes it: heaviest contents with both limits seen to; edges the longest first. */
export interface Box {
  readonly code: string;
  readonly edgesMm: Edges;
  readonly tareGrams: number;
  readonly maximumContents: number;
  readonly costMicros: number;
}

export interface PackingRequest {
  /** The largest piece first, so that the same goods are the same request whatever the order of their lines. */
  readonly pieces: readonly Pieces[];
  /** The smallest box first. Every kind of piece fits into one of them. */
  readonly boxes: readonly Box[];
}

/** What one box was given: how many of each of the request's pieces. Without a box it is what goes beyond a thousand of them. */
export interface PackedBox {
  readonly box: Box | null;
  readonly counts: readonly number[];
}

/** Puts every piece of a request into exactly one box, no box above its heaviest contents: `packIntoBoxes`, or a store of its answers. */
export type PackingPort = (request: PackingRequest) => readonly PackedBox[];

export type ParcelLimits = Pick<CarrierService, "maximumGrams" | "maximumLengthMm">;

/** More parcels than these are one consignment by weight: nobody labels them one by one, and a quantity has no other limit. */
export const PARCELS_MAX = 1_000;

/**
 * What goods of one shipment become as parcels of a service. Pieces with known edges go into the smallest set of boxes
 * the packing finds; those too large or too heavy for every box travel alone, in their own edges. Pieces whose edges
 * nobody knows, and all where there are no package types, count by weight alone: into what the boxes still bear, then
 * into as few parcels without edges as the heaviest allowed parcel permits. An item without a weight weighs 0 g. Part of
 * a base unit is a piece of its own with its share of the weight, rounded up. A piece above the service's limit is a
 * parcel all the same: pricing it names the limit. The answer does not depend on the order of the lines.
 */
export function parcelsOf(goods: readonly ShippedGoods[], packageTypes: readonly PackageType[], limits: ParcelLimits, pack: PackingPort): readonly Parcel[] {
  const boxes = usableBoxes(packageTypes, limits);
  const known: Pieces[] = [];
  const byWeight: Weights[] = [];
  const alone: Parcel[] = [];
  for (const pieces of piecesOf(goods)) {
    if (pieces.edgesMm === null || packageTypes.length === 0) byWeight.push(pieces);
    else if (boxes.some((box) => fitsAlone(box, pieces))) known.push({ ...pieces, edgesMm: pieces.edgesMm });
    else addCopies(alone, { packageType: null, grams: pieces.grams, edgesMm: pieces.edgesMm, packagingMicros: 0 }, pieces.count);
  }
  const packed = known.length === 0 ? [] : pack({ pieces: known, boxes });
  const filled = packed.map(({ box, counts }) => ({ box, contents: counts.reduce((sum, count, index) => sum + count * (known[index]?.grams ?? 0), 0) }));
  const left = byWeight.map((one) => ({ ...one }));
  for (const one of filled) one.contents += one.box === null ? 0 : fill(left, one.box.maximumContents - one.contents);
  const parcels = filled.map(({ box, contents }): Parcel => (box === null ? weighing(contents)
    : { packageType: box.code, grams: box.tareGrams + contents, edgesMm: box.edgesMm, packagingMicros: box.costMicros }));
  return [...parcels, ...alone, ...parcelsByWeight(left, limits.maximumGrams ?? Infinity)];
}

const weighing = (grams: number): Parcel => ({ packageType: null, grams, edgesMm: null, packagingMicros: 0 });

interface Weights { readonly grams: number; count: number }
interface AnyPieces { readonly grams: number; readonly edgesMm: Edges | null; count: number }

/** Pieces alike added up, the largest first and of equals the heaviest. */
function piecesOf(goods: readonly ShippedGoods[]): AnyPieces[] {
  const all: AnyPieces[] = [];
  for (const { item, quantity } of goods) {
    const scale = 10 ** item.quantityScale;
    const part = quantity % scale;
    const edgesMm = item.dimensionsMm === null ? null : edgesOf(item.dimensionsMm);
    const grams = item.weightGrams ?? 0;
    if (quantity > part) all.push({ grams, edgesMm, count: (quantity - part) / scale });
    if (part > 0) all.push({ grams: Math.ceil((grams * part) / scale), edgesMm, count: 1 });
  }
  all.sort(byLargest);
  const found: AnyPieces[] = [];
  for (const one of all) {
    const last = found.at(-1);
    if (last !== undefined && byLargest(last, one) === 0) last.count += one.count;
    else found.push(one);
  }
  return found;
}

/** 0 for pieces that are alike only: with the same volume and two edges the third is the same too. */
const byLargest = (a: AnyPieces, b: AnyPieces): number => volumeOf(b.edgesMm) - volumeOf(a.edgesMm) || compareEdges(b.edgesMm, a.edgesMm) || b.grams - a.grams;

export const volumeOf = (edges: Edges | null): number => (edges === null ? 0 : edges[0] * edges[1] * edges[2]);
const compareEdges = (a: Edges | null, b: Edges | null): number => (a && b ? a[0] - b[0] || a[1] - b[1] : 0);

/** Dimensions the longest first; those of an item are looked at for as long as it has them. */
const sortedEdges = new WeakMap<readonly number[], Edges | null>();

function edgesOf(dimensions: readonly number[]): Edges | null {
  const known = sortedEdges.get(dimensions);
  if (known !== undefined) return known;
  const [first, second, third] = dimensions.toSorted((a, b) => b - a);
  const edges = first === undefined || second === undefined || third === undefined || third <= 0 ? null : [first, second, third] as const;
  sortedEdges.set(dimensions, edges);
  return edges;
}

const usable = new WeakMap<readonly PackageType[], Map<string, readonly Box[]>>();

/** Package types that the service takes at least empty, the smallest first; of equals the cheaper. The same list for the same facts. */
function usableBoxes(packageTypes: readonly PackageType[], limits: ParcelLimits): readonly Box[] {
  let byLimits = usable.get(packageTypes);
  if (byLimits === undefined) usable.set(packageTypes, (byLimits = new Map()));
  const key = `${limits.maximumGrams} ${limits.maximumLengthMm}`;
  const known = byLimits.get(key);
  if (known !== undefined) return known;
  const boxes = boxesFor(packageTypes, limits);
  byLimits.set(key, boxes);
  return boxes;
}

function boxesFor(packageTypes: readonly PackageType[], { maximumGrams, maximumLengthMm }: ParcelLimits): readonly Box[] {
  const boxes = packageTypes.map(({ code, innerMm, tareGrams, maximumGrams: contents, costMicros }): Box => ({
    code, edgesMm: edgesOf(innerMm) ?? [0, 0, 0], tareGrams, costMicros, maximumContents: Math.min(contents ?? Infinity, (maximumGrams ?? Infinity) - tareGrams),
  }));
  return boxes.filter(({ edgesMm, maximumContents }) => maximumContents >= 0 && (maximumLengthMm === null || edgesMm[0] <= maximumLengthMm))
    .sort((a, b) => volumeOf(a.edgesMm) - volumeOf(b.edgesMm) || a.costMicros - b.costMicros || (a.code < b.code ? -1 : 1));
}

/** Whether one piece goes into a box, its edges along the box's: both have the longest first. */
export const fitsAlone = (box: Box, { grams, edgesMm }: { readonly grams: number; readonly edgesMm: Edges | null }): boolean =>
  edgesMm !== null && grams <= box.maximumContents && edgesMm[0] <= box.edgesMm[0] && edgesMm[1] <= box.edgesMm[1] && edgesMm[2] <= box.edgesMm[2];

/** Takes from the pieces what one parcel still bears, the heaviest first; what that weighs. */
function fill(pieces: readonly Weights[], room: number): number {
  let grams = 0;
  for (const one of pieces) {
    const taken = one.grams === 0 ? one.count : Math.min(one.count, Math.floor((room - grams) / one.grams));
    one.count -= taken;
    grams += taken * one.grams;
  }
  return grams;
}

function parcelsByWeight(pieces: readonly Weights[], maximum: number): readonly Parcel[] {
  const parcels: Parcel[] = [];
  const left = pieces.filter(({ count }) => count > 0).sort((a, b) => b.grams - a.grams);
  for (const one of left) {
    if (one.grams <= maximum) continue;
    addCopies(parcels, weighing(one.grams), one.count);
    one.count = 0;
  }
  while (left.some(({ count }) => count > 0)) {
    if (parcels.length >= PARCELS_MAX) return [...parcels, weighing(fill(left, Infinity))];
    parcels.push(weighing(fill(left, maximum)));
  }
  return parcels;
}

/** So many of one parcel; above the limit the rest is one consignment. */
function addCopies(parcels: Parcel[], parcel: Parcel, count: number): void {
  const single = Math.min(count, PARCELS_MAX);
  for (let copy = 0; copy < single; copy++) parcels.push(parcel);
  if (count > single) parcels.push({ ...parcel, grams: parcel.grams * (count - single), edgesMm: null });
}
