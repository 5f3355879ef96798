// One group of a strategy in plain sentences: which orders, which nodes, what is best, how far divided, what of the rest.
import type { ReactElement, ReactNode } from 'react';
import { Glyph } from '../ui/glyph.tsx';
import { useGoodsDigits } from './currency.ts';
import { type Group, SHIP_TO_STORE, UNPLACED } from './document.ts';
import { Choice, Field, NumberField, TextField, Tick, useRemarks } from './fields.tsx';
import { Filters } from './filters.tsx';
import { ObjectiveFields } from './objective.tsx';
import { t } from './words.ts';

interface Props {
  readonly at: number;
  readonly last: boolean;
  readonly group: Group;
  readonly change: (group: Group) => void;
  readonly checking: boolean;
}

export function GroupFields({ at, last, group, change, checking }: Props): ReactElement {
  const place = `/groups/${at}`;
  const part = (title: string, children: ReactNode): ReactElement => <section className="rule-part"><h3>{title}</h3><div>{children}</div></section>;
  return (
    <>
      {part(t('whichOrders'), <Condition pointer={`${place}/when`} when={group.when} last={last} checking={checking} change={(when) => change({ ...group, when })} />)}
      {part(t('whichNodes'), <Filters pointer={`${place}/filters`} filters={group.filters} change={(filters) => change({ ...group, filters })} />)}
      {part(t('whatIsBest'), <ObjectiveFields pointer={`${place}/objective`} objective={group.objective} change={(objective) => change({ ...group, objective })} />)}
      {part(t('dividing'), <Dividing place={place} group={group} change={change} />)}
      {part(t('theRest'), <Rest place={place} group={group} change={change} />)}
      {part(t('later'), <Later place={place} group={group} change={change} />)}
    </>
  );
}

interface ConditionProps {
  readonly pointer: string;
  readonly when: string | null;
  readonly last: boolean;
  readonly checking: boolean;
  readonly change: (when: string | null) => void;
}

function Condition({ pointer, when, last, checking, change }: ConditionProps): ReactElement {
  const { errors, warnings } = useRemarks(pointer);
  return (
    <div className="condition cel">
      <Field label={t('conditionOrders')} pointer={pointer} className="wide">{(given) => <textarea {...given} rows={2} spellCheck={false} value={when ?? ''} placeholder={t('everyOrder')} onChange={(event) => change(event.target.value === '' ? null : event.target.value)} />}</Field>
      {errors.length + warnings.length > 0 ? null : <span className={`said tone-${checking ? 'neutral' : 'green'}`}><Glyph name={checking ? 'dashed' : 'full'} />{t(checking ? 'checking' : when === null ? (last ? 'everyOther' : 'everyOrder') : 'understood')}</span>}
    </div>
  );
}

interface PartProps {
  readonly place: string;
  readonly group: Group;
  readonly change: (group: Group) => void;
}

function Dividing({ place, group, change }: PartProps): ReactElement {
  const { split } = group;
  const digits = useGoodsDigits();
  const set = (next: Partial<Group['split']>): void => change({ ...group, split: { ...split, ...next } });
  const together = split.keep_together === null ? 'no' : split.keep_together === 'handling_class' ? 'handling_class' : 'attribute';
  return (
    <div className="rule-fields">
      <NumberField label={t('maximumNodes')} none={t('anyNumber')} pointer={`${place}/split/maximum_nodes`} value={split.maximum_nodes} change={(maximum_nodes) => set({ maximum_nodes })} />
      <NumberField label={t('maximumNodesPerLine')} none={t('anyNumber')} pointer={`${place}/split/maximum_nodes_per_line`} value={split.maximum_nodes_per_line} change={(maximum_nodes_per_line) => set({ maximum_nodes_per_line })} />
      <NumberField label={t('minimumValue')} scale={digits ?? 0} {...(digits === null ? { unit: t('minorUnits') } : {})} pointer={`${place}/split/minimum_value_minor`} value={split.minimum_value_minor} change={(value) => set({ minimum_value_minor: value ?? 0 })} />
      <Choice label={t('keepTogether')} pointer={`${place}/split/keep_together`} value={together} options={[['no', t('together.no')], ['handling_class', t('together.handling_class')], ['attribute', t('together.attribute')]]}
        change={(kind) => set({ keep_together: kind === 'no' ? null : kind === 'attribute' ? { attribute: 'set' } : kind })} />
      {typeof split.keep_together === 'object' && split.keep_together !== null ? <TextField label={t('attribute')} pointer={`${place}/split/keep_together/attribute`} value={split.keep_together.attribute} change={(attribute) => set({ keep_together: { attribute } })} /> : null}
      <Tick label={t('partial')} value={split.partial} change={(partial) => set({ partial })} />
    </div>
  );
}

function Rest({ place, group, change }: PartProps): ReactElement {
  const { after } = group;
  const set = (next: Partial<Group['after']>): void => change({ ...group, after: { ...after, ...next } });
  const code = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  return (
    <div className="rule-fields">
      <TextField label={t('alternate')} pointer={`${place}/after/alternate`} value={after.alternate ?? ''} change={(text) => set({ alternate: code(text) })} />
      <TextField label={t('fallbackNode')} pointer={`${place}/after/fallback_node`} value={after.fallback_node ?? ''} change={(text) => set({ fallback_node: code(text) })} />
      <Choice label={t('unplaced')} pointer={`${place}/after/unplaced`} value={after.unplaced} options={UNPLACED.map((one) => [one, t(`unplaced.${one}`)] as const)} change={(unplaced) => set({ unplaced })} />
      <Choice label={t('shipToStore')} pointer={`${place}/ship_to_store`} value={group.ship_to_store} options={SHIP_TO_STORE.map((one) => [one, t(`store.${one}`)] as const)} change={(ship_to_store) => change({ ...group, ship_to_store })} />
    </div>
  );
}

/** What happens between the decision and the parcel: looking again, and sharing a parcel. */
function Later({ place, group, change }: PartProps): ReactElement {
  const { re_evaluate: again, merge, ...rest } = group;
  const without = { ...rest, ...(merge === undefined ? {} : { merge }) };
  const alone = { ...rest, ...(again === undefined ? {} : { re_evaluate: again }) };
  return (
    <div className="rule-fields">
      <NumberField label={t('everyMinutes')} none={t('never')} unit="min" pointer={`${place}/re_evaluate`} value={again?.every_minutes ?? null}
        change={(every) => change(every === null ? without : { ...without, re_evaluate: { minimum_saving_micros: 0, consolidate: true, swap: false, ...again, every_minutes: every } })} />
      {again === undefined ? null : <>
        <NumberField label={t('leastSaving')} scale={6} pointer={`${place}/re_evaluate/minimum_saving_micros`} value={again.minimum_saving_micros} change={(saving) => change({ ...without, re_evaluate: { ...again, minimum_saving_micros: saving ?? 0 } })} />
        <Tick label={t('consolidate')} value={again.consolidate} change={(consolidate) => change({ ...without, re_evaluate: { ...again, consolidate } })} />
        <Tick label={t('swap')} value={again.swap} change={(swap) => change({ ...without, re_evaluate: { ...again, swap } })} />
      </>}
      <NumberField label={t('mergeWithin')} none={t('never')} unit="min" pointer={`${place}/merge`} value={merge?.within_minutes ?? null}
        change={(within) => change(within === null ? alone : { ...alone, merge: { minimum_saving_micros: 0, ...merge, within_minutes: within } })} />
      {merge === undefined ? null : <NumberField label={t('leastSavingMerge')} scale={6} pointer={`${place}/merge/minimum_saving_micros`} value={merge.minimum_saving_micros} change={(saving) => change({ ...alone, merge: { ...merge, minimum_saving_micros: saving ?? 0 } })} />}
    </div>
  );
}
