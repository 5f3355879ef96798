// Which nodes may send: each rule a sentence with its fields, hard or soft.
import { type ReactElement, useState } from 'react';
import { useFacts } from '../app/facts.ts';
import { blankFilter, type Filter, FILTER_KINDS, moved, NODE_KINDS, replaced } from './document.ts';
import { Choice, CodesField, NumberField, Said, TextField, Ticks } from './fields.tsx';
import { useReorder } from './reorder.tsx';
import { t } from './words.ts';

interface Props {
  readonly pointer: string;
  readonly filters: readonly Filter[];
  readonly change: (filters: Filter[]) => void;
}

const kindWord = (kind: Filter['kind']): string => t(`filter.${kind}`);

export function Filters({ pointer, filters, change }: Props): ReactElement {
  const reorder = useReorder(filters.length, (from, to) => change(moved(filters, from, to)));
  const [kind, setKind] = useState<Filter['kind']>('same_country');
  return (
    <>
      {filters.length === 0 ? <p className="muted">{t('noFilters')}</p> : null}
      <ol className="filter-list">{filters.map((filter, at) => {
        const what = kindWord(filter.kind);
        const place = `${pointer}/${at}`;
        return (
          <li key={at} {...reorder.place(at)}>
            <span className="grip" title={t('drag')} aria-hidden="true" {...reorder.handle(at)}>⠿</span>
            <span className="filter-words">{what}</span>
            <FilterFields filter={filter} pointer={place} change={(next) => change(replaced(filters, at, next))} />
            <Tier filter={filter} pointer={place} change={(tier) => change(replaced(filters, at, { ...filter, tier }))} />
            <span className="row-end">{reorder.buttons(at, what)}<button type="button" className="button quiet" aria-label={t('remove', { what })} title={t('remove', { what })} onClick={() => change(filters.toSpliced(at, 1))}>×</button></span>
            {whole(filter) ? <Said pointer={place} /> : null}
          </li>
        );
      })}</ol>
      <div className="add-row"><Choice label={t('addFilterKind')} pointer="" value={kind} options={FILTER_KINDS.map((one) => [one, kindWord(one)] as const)} change={setKind} />
        <button type="button" className="button" onClick={() => change([...filters, blankFilter(kind)])}>{t('addFilter')}</button></div>
    </>
  );
}

/** Whether what is wrong with a filter has no field of its own to stand beside. */
const whole = ({ kind }: Filter): boolean => kind === 'node_kinds' || kind === 'same_country' || kind === 'arrives_in_time' || kind === 'whole_order';

function FilterFields({ filter, pointer, change }: { readonly filter: Filter; readonly pointer: string; readonly change: (filter: Filter) => void }): ReactElement | null {
  const { nodes } = useFacts();
  switch (filter.kind) {
    case 'node_kinds': return <Ticks legend={kindWord(filter.kind)} options={NODE_KINDS.map((kind) => [kind, t(`kind.${kind}`)] as const)} value={filter.kinds} change={(kinds) => change({ ...filter, kinds })} />;
    case 'only_nodes': case 'not_nodes':
      if (nodes.rows.length > 0 && nodes.rows.length <= 12) return <Ticks legend={kindWord(filter.kind)} options={[...nodes.rows.map(({ code, name }) => [code, name] as const), ...filter.nodes.filter((code) => !nodes.rows.some((one) => one.code === code)).map((code) => [code, code] as const)]} value={filter.nodes} change={(next) => change({ ...filter, nodes: next })} />;
      return <CodesField label={t('codesNodes')} pointer={`${pointer}/nodes`} value={filter.nodes} change={(next) => change({ ...filter, nodes: [...next] })} />;
    case 'countries': return <CodesField label={t('codesCountries')} pointer={`${pointer}/countries`} value={filter.countries} change={(countries) => change({ ...filter, countries: [...countries] })} />;
    case 'service_levels': return <CodesField label={t('codesLevels')} pointer={`${pointer}/levels`} value={filter.levels} change={(levels) => change({ ...filter, levels: [...levels] })} />;
    case 'carriers': return <CodesField label={t('codesCarriers')} pointer={`${pointer}/carriers`} value={filter.carriers} change={(carriers) => change({ ...filter, carriers: [...carriers] })} />;
    case 'maximum_distance': return <NumberField label={t('km')} unit="km" pointer={`${pointer}/km`} value={filter.km} change={(km) => change({ ...filter, km: km ?? 0 })} />;
    case 'ships_within': return <NumberField label={t('days')} unit={t('daysUnit')} pointer={`${pointer}/days`} value={filter.days} change={(days) => change({ ...filter, days: days ?? 0 })} />;
    case 'leaves_stock': return <NumberField label={t('units')} unit={t('unitsUnit')} pointer={`${pointer}/units`} value={filter.units} change={(units) => change({ ...filter, units: units ?? 0 })} />;
    case 'maximum_backlog': return <NumberField label={t('shipments')} unit={t('shipmentsUnit')} pointer={`${pointer}/shipments`} value={filter.shipments} change={(shipments) => change({ ...filter, shipments: shipments ?? 1 })} />;
    case 'expression': return <span className="cel"><TextField label={t('condition')} pointer={`${pointer}/when`} value={filter.when} change={(when) => change({ ...filter, when })} /></span>;
    case 'same_country': case 'arrives_in_time': case 'whole_order': return null;
  }
}

/** Hard rules are never given up; soft ones are, the lowest tier first. */
function Tier({ filter: { tier }, pointer, change }: { readonly filter: Filter; readonly pointer: string; readonly change: (tier: number | null) => void }): ReactElement {
  return (
    <span className="tier">
      <Choice label={t('tier')} pointer={`${pointer}/tier`} value={tier === null ? 'hard' : 'soft'} options={[['hard', t('hard')], ['soft', t('soft')]]} change={(kind) => change(kind === 'hard' ? null : (tier ?? 1))} />
      {tier === null ? null : <NumberField label={t('tierNo')} pointer={`${pointer}/tier`} value={tier} change={(next) => change(next ?? 0)} />}
    </span>
  );
}
