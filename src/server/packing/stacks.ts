import type { Box, Pieces } from '../../domain/shipping/index.ts';

export type Three = readonly [number, number, number];

/** Where one piece was put: its kind, and its corner and edges in the box. */
export interface Placed {
  readonly kind: number;
  readonly corner: readonly number[];
  readonly edges: readonly number[];
}

/** The box's edges as those that pieces lie along: across a row of stacks, from row to row, and up. */
const WAYS: readonly Three[] = [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0], [2, 1, 0]];

/**
 * All pieces lying flat in stacks, stacks side by side in rows, rows behind each other, as the box's edges allow; null where that
 * is not enough room. Most baskets go into their box so, and it takes a fraction of the time of an arrangement in space.
 */
export function stacked({ edgesMm }: Box, pieces: readonly Pieces[]): readonly Placed[] | null {
  const kinds = [...pieces.keys()].sort((a, b) => (pieces[b]?.edgesMm[0] ?? 0) - (pieces[a]?.edgesMm[0] ?? 0));
  for (const way of WAYS) {
    if (laid(way, edgesMm, pieces, kinds, null)) {
      const placed: Placed[] = [];
      laid(way, edgesMm, pieces, kinds, placed);
      return placed;
    }
  }
  return null;
}

/** The longest pieces first: the first of a row is as deep as the row. */
function laid([across, back, up]: Three, box: Three, pieces: readonly Pieces[], kinds: readonly number[], into: Placed[] | null): boolean {
  const [x, y, z] = [box[across] ?? 0, box[back] ?? 0, box[up] ?? 0];
  let [row, depth] = [0, 0];
  let [left, width, height] = [Infinity, 0, Infinity];
  for (const kind of kinds) {
    const { edgesMm: [a, b, c], count } = pieces[kind] ?? { edgesMm: [0, 0, 0], count: 0 };
    for (let copy = 0; copy < count; copy++) {
      if (height + c <= z && left + Math.max(width, b) <= x) width = Math.max(width, b);
      else {
        if (left + width + b <= x) left += width;
        else [row, depth, left] = [row + depth, a, 0];
        if (row + a > y || left + b > x || c > z) return false;
        [width, height] = [b, 0];
      }
      if (into !== null) into.push({ kind, corner: inBox([across, back, up], [left, row, height]), edges: inBox([across, back, up], [b, a, c]) });
      height += c;
    }
  }
  return true;
}

function inBox(way: Three, along: Three): number[] {
  const edges = [0, 0, 0];
  way.forEach((axis, n) => (edges[axis] = along[n] ?? 0));
  return edges;
}
