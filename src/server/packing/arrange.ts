import { pack3D } from 'binpackingjs/3d';
import type { Arrange, Box, Pieces } from '../../domain/shipping/index.ts';
import { type Placed, stacked } from './stacks.ts';

type Three = readonly number[];
/** What is read of the library's answer; its own types name files in a way that only bundlers follow. */
interface Answered {
  readonly name: string;
  readonly position: Three;
  readonly dimension: Three;
}

/**
 * Arranges pieces in a box: all in stacks where they go in so, else as binpackingjs answers (Dube and Kanavathy's pivot points,
 * the largest piece first). That is looked at piece by piece: edges of the right piece, inside the box, none in another. An
 * answer that fails is none.
 */
export const arrange: Arrange = (box, pieces) => {
  if (stacked(box, pieces) !== null) return pieces.map(({ count }) => count);
  const packed = place(box, pieces);
  return packed !== null && holds(box, pieces, packed) ? pieces.map((_, kind) => packed.filter((one) => one.kind === kind).length) : null;
};

function place({ edgesMm: [width, height, depth] }: Box, pieces: readonly Pieces[]): readonly Placed[] | null {
  const items = pieces.flatMap(({ edgesMm: [a, b, c], count }, kind) =>
    Array.from({ length: count }, () => ({ name: String(kind), width: a, height: b, depth: c, weight: 0 })));
  // Weight is seen to before; the library takes nothing into a bin that bears 0.
  const [bin] = pack3D({ bins: [{ name: 'box', width, height, depth, maxWeight: 1 }], items }).packedBins as readonly { readonly items: readonly Answered[] }[];
  return bin?.items.map(({ name, position, dimension }) => ({ kind: Number(name), corner: position, edges: dimension })) ?? null;
}

/** Whether an arrangement is one: every check that a wrong answer of the library could fail. */
export function holds(box: Pick<Box, 'edgesMm'>, pieces: readonly Pieces[], packed: readonly Placed[]): boolean {
  const counts = pieces.map(() => 0);
  for (const [index, one] of packed.entries()) {
    const piece = pieces[one.kind];
    if (piece === undefined || (counts[one.kind] = (counts[one.kind] ?? 0) + 1) > piece.count) return false;
    const edges = [...one.edges].sort((a, b) => b - a);
    if (edges.length !== 3 || piece.edgesMm.some((edge, axis) => edge !== edges[axis])) return false;
    if (box.edgesMm.some((edge, axis) => !(low(one, axis) >= 0 && high(one, axis) <= edge))) return false;
    for (let before = 0; before < index; before++) {
      const other = packed[before];
      if (other !== undefined && box.edgesMm.every((_, axis) => low(one, axis) < high(other, axis) && low(other, axis) < high(one, axis))) return false;
    }
  }
  return true;
}

const low = ({ corner }: Placed, axis: number): number => corner[axis] ?? NaN;
const high = ({ corner, edges }: Placed, axis: number): number => (corner[axis] ?? NaN) + (edges[axis] ?? NaN);
