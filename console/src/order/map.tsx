// Where the candidates lie and where the goods go.
import type { ReactElement } from 'react';
import { GroundMap, NamedSpot, type Place, PlainSpot, type Point } from '../ui/map.tsx';
import { verdictLook } from './verdicts.ts';
import { t } from './words.ts';

export interface Spot extends Place {
  readonly code: string;
  readonly name: string;
  readonly verdict: string;
}

interface Props {
  readonly spots: readonly Spot[];
  /** Where it goes; null where nobody may see it, or nobody knows. */
  readonly to: Place | null;
}

export default function PlacesMap({ spots, to }: Props): ReactElement {
  const chosen = spots.filter(({ verdict }) => verdict === 'CHOSEN');
  return (
    <GroundMap label={t('mapOf', { nodes: chosen.map(({ name }) => name).join(', '), count: spots.length })} places={[...spots, ...(to === null ? [] : [to])]}>{(at) => {
      const goal = to === null ? null : at(to);
      return (
        <>
          {goal === null ? null : chosen.map((spot) => <path key={spot.code} className="way" d={arc(at(spot), goal)} />)}
          {spots.filter(({ verdict }) => verdict !== 'CHOSEN').map((spot) => <PlainSpot key={spot.code} at={at(spot)} title={`${spot.name}: ${verdictLook(spot.verdict).word}`} />)}
          {goal === null ? null : <path className="goal" d={`M${goal[0]} ${goal[1]}l-6 -12a6.7 6.7 0 1 1 12 0Z`}><title>{t('destination')}</title></path>}
          {chosen.map((spot) => <NamedSpot key={spot.code} name={spot.name} at={at(spot)} />)}
        </>
      );
    }}</GroundMap>
  );
}

/** A way that bends, so that it is told from borders. */
function arc([x1, y1]: Point, [x2, y2]: Point): string {
  const bend = Math.hypot(x2 - x1, y2 - y1) * 0.18;
  return `M${x1} ${y1}Q${(x1 + x2) / 2} ${(y1 + y2) / 2 - bend} ${x2} ${y2}`;
}
