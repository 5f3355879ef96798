// Where the nodes lie. Those that get no orders now are hollow.
import type { ReactElement } from 'react';
import { GroundMap, NamedSpot, PlainSpot } from '../ui/map.tsx';
import { useNow } from '../ui/time.tsx';
import type { OrdoNode } from './api.ts';
import { nodeLook } from './looks.ts';
import { t } from './words.ts';

/** More names than this lie over each other. */
const NAMED = 12;

export default function NodesMap({ nodes }: { readonly nodes: readonly OrdoNode[] }): ReactElement {
  const now = useNow();
  const spots = nodes.flatMap((node) => (node.coordinates === null ? [] : [{ node, place: node.coordinates, look: nodeLook(node, now) }]));
  return (
    <GroundMap label={t('map', { count: spots.length })} places={spots.map(({ place }) => place)}>{(at) => spots.map(({ node: { code, name }, place, look }) => (
      look.tone === 'green' && spots.length <= NAMED ? <NamedSpot key={code} name={code} at={at(place)} title={`${name}: ${look.word}`} /> : <PlainSpot key={code} at={at(place)} title={`${name}: ${look.word}`} />))}
    </GroundMap>
  );
}
