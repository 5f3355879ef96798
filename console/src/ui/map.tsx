// A map that comes with the program, so nobody else is asked: land, borders, and where places lie on it.
import { geoMercator, geoPath } from 'd3-geo';
import type { ReactElement, ReactNode } from 'react';
import { feature, mesh } from 'topojson-client';
import world from 'world-atlas/countries-110m.json';

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}
export type Point = readonly [x: number, y: number];

interface Props {
  readonly label: string;
  /** What has to be in sight. */
  readonly places: readonly Place[];
  readonly children: (at: (place: Place) => Point) => ReactNode;
}

const WIDTH = 640;
const HEIGHT = 300;
const MARGIN = 44;
/** No closer than this, so that two places in one town still lie in a country. */
const LEAST_DEGREES = 3;
/** GeoJSON's word for places that are not joined. */
const POINTS = 'MultiPoint';

const land = feature(world, world.objects.land);
const borders = mesh(world, world.objects.countries, (a, b) => a !== b);

export function GroundMap({ label, places, children }: Props): ReactElement {
  const points = places.map(({ longitude, latitude }): [number, number] => [longitude, latitude]);
  const projection = geoMercator().fitExtent([[MARGIN, MARGIN], [WIDTH - MARGIN, HEIGHT - MARGIN]], { type: POINTS, coordinates: spread(points) });
  const path = geoPath(projection.clipExtent([[0, 0], [WIDTH, HEIGHT]]));
  return (
    <svg className="places-map" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path className="sea" d={`M0 0H${WIDTH}V${HEIGHT}H0Z`} /><path className="land" d={path(land) ?? ''} /><path className="borders" d={path(borders) ?? ''} />
      {children(({ longitude, latitude }) => projection([longitude, latitude]) ?? [0, 0])}
    </svg>
  );
}

interface NamedProps {
  readonly name: string;
  readonly at: Point;
  readonly title?: string;
}

/** A place with its name beside it, on the side where there is room. */
export function NamedSpot({ name, at: [x, y], title }: NamedProps): ReactElement {
  const left = x > WIDTH * 0.6;
  return <g><circle className="spot chosen" cx={x} cy={y} r={7}>{title === undefined ? null : <title>{title}</title>}</circle><text className="spot-name" x={left ? x - 12 : x + 12} y={y + 4} textAnchor={left ? 'end' : 'start'}>{name}</text></g>;
}

export const PlainSpot = ({ at: [x, y], title }: { readonly at: Point; readonly title: string }): ReactElement => <circle className="spot" cx={x} cy={y} r={4.5}><title>{title}</title></circle>;

function spread(points: readonly [number, number][]): [number, number][] {
  const longitudes = points.map(([longitude]) => longitude);
  const latitudes = points.map(([, latitude]) => latitude);
  const middle: [number, number] = [(Math.min(...longitudes) + Math.max(...longitudes)) / 2, (Math.min(...latitudes) + Math.max(...latitudes)) / 2];
  return [...points, [middle[0] - LEAST_DEGREES, middle[1]], [middle[0] + LEAST_DEGREES, middle[1]]];
}
