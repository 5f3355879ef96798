// Where the candidates lie and where the goods go: drawn from a map that comes with the program, so nobody else is asked.
import { geoMercator, geoPath } from 'd3-geo';
import type { ReactElement } from 'react';
import { feature, mesh } from 'topojson-client';
import world from 'world-atlas/countries-110m.json';
import { verdictLook } from '../words.ts';
import { t } from './words.ts';

export interface Spot {
  readonly code: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly verdict: string;
}

interface Props {
  readonly spots: readonly Spot[];
  /** Where it goes; null where nobody may see it, or nobody knows. */
  readonly to: { readonly latitude: number; readonly longitude: number } | null;
}

const WIDTH = 640;
const HEIGHT = 300;
const MARGIN = 44;
/** No closer than this, so that two places in one town still lie in a country. */
const LEAST_DEGREES = 3;
/** The kind of GeoJSON that is several points. */
const MANY_POINTS = 'MultiPoint';

const land = feature(world, world.objects.land);
const borders = mesh(world, world.objects.countries, (a, b) => a !== b);

export default function PlacesMap({ spots, to }: Props): ReactElement {
  const points = [...spots, ...(to === null ? [] : [to])].map(({ longitude, latitude }): [number, number] => [longitude, latitude]);
  const projection = geoMercator().fitExtent([[MARGIN, MARGIN], [WIDTH - MARGIN, HEIGHT - MARGIN]], { type: MANY_POINTS, coordinates: spread(points) });
  const path = geoPath(projection.clipExtent([[0, 0], [WIDTH, HEIGHT]]));
  const at = ({ longitude, latitude }: Pick<Spot, 'longitude' | 'latitude'>): readonly [number, number] => projection([longitude, latitude]) ?? [0, 0];
  const chosen = spots.filter(({ verdict }) => verdict === 'CHOSEN');
  const goal = to === null ? null : at(to);
  return (
    <svg className="places-map" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('mapOf', { nodes: chosen.map(({ name }) => name).join(', '), count: spots.length })}>
      <path className="sea" d={`M0 0H${WIDTH}V${HEIGHT}H0Z`} /><path className="land" d={path(land) ?? ''} /><path className="borders" d={path(borders) ?? ''} />
      {goal === null ? null : chosen.map((spot) => <path key={spot.code} className="way" d={arc(at(spot), goal)} />)}
      {spots.filter(({ verdict }) => verdict !== 'CHOSEN').map((spot) => <circle key={spot.code} className="spot" cx={at(spot)[0]} cy={at(spot)[1]} r={4.5}><title>{`${spot.name}: ${verdictLook(spot.verdict).word}`}</title></circle>)}
      {goal === null ? null : <path className="goal" d={`M${goal[0]} ${goal[1]}l-6 -12a6.7 6.7 0 1 1 12 0Z`}><title>{t('destination')}</title></path>}
      {chosen.map((spot) => <Chosen key={spot.code} name={spot.name} at={at(spot)} />)}
    </svg>
  );
}

function Chosen({ name, at: [x, y] }: { readonly name: string; readonly at: readonly [number, number] }): ReactElement {
  const left = x > WIDTH * 0.6;
  return <g><circle className="spot chosen" cx={x} cy={y} r={7} /><text className="spot-name" x={left ? x - 12 : x + 12} y={y + 4} textAnchor={left ? 'end' : 'start'}>{name}</text></g>;
}

/** A way that bends, so that it is told from borders. */
function arc([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): string {
  const bend = Math.hypot(x2 - x1, y2 - y1) * 0.18;
  return `M${x1} ${y1}Q${(x1 + x2) / 2} ${(y1 + y2) / 2 - bend} ${x2} ${y2}`;
}

function spread(points: readonly [number, number][]): [number, number][] {
  const longitudes = points.map(([longitude]) => longitude);
  const latitudes = points.map(([, latitude]) => latitude);
  const middle: [number, number] = [(Math.min(...longitudes) + Math.max(...longitudes)) / 2, (Math.min(...latitudes) + Math.max(...latitudes)) / 2];
  return [...points, [middle[0] - LEAST_DEGREES, middle[1]], [middle[0] + LEAST_DEGREES, middle[1]]];
}
