// Which calendar a node goes by, and what that says: its own, one that others share, or none.
import type { ReactElement } from 'react';
import { useFacts } from '../app/facts.ts';
import { Field } from '../strategies/fields.tsx';
import { Glyph } from '../ui/glyph.tsx';
import type { CarrierService } from './api.ts';
import { OtherDays, WeekFields } from './week-fields.tsx';
import { type Base, firstOpening, openingOf, ownOpening, storedIn, type Work } from './work.ts';
import { w } from './work-words.ts';

interface Props {
  readonly base: Base;
  readonly work: Work;
  readonly services: readonly CarrierService[];
  readonly change: (work: Work) => void;
}

/** More than these are only counted. */
const NAMED = 4;
const FRESH = ' new';

export function OpeningFields({ base, work, services, change }: Props): ReactElement {
  const { opening } = work;
  const stored = storedIn(base, opening?.code);
  const choose = (value: string): void => {
    const chosen = storedIn(base, value);
    change({ ...work, opening: chosen ? openingOf(chosen) : value === '' ? null : opening === null ? firstOpening(base) : ownOpening(opening, base) });
  };
  return (
    <>
      <div className="rule-fields">
        <Field label={w('which')} pointer="/operations/calendar">{(given) => (
          <select {...given} value={opening === null ? '' : stored === null ? FRESH : opening.code} onChange={({ target }) => choose(target.value)}>
            <option value="">{w('always')}</option>{base.calendars.map(({ code, name }) => <option key={code} value={code}>{`${name} (${code})`}</option>)}<option value={FRESH}>{opening !== null && stored === null ? w('fresh', { name: opening.code }) : w('own')}</option>
          </select>)}</Field>
        {opening === null ? null : <Field label={w('name')} pointer="/name">{(given) => <input {...given} value={opening.name} maxLength={200} autoComplete="off" onChange={({ target }) => change({ ...work, opening: { ...opening, name: target.value } })} />}</Field>}
      </div>
      {opening === null || stored === null ? null : <SharedWith code={opening.code} name={opening.name} node={base.node.code} services={services} />}
      {opening === null ? null : <>
        <WeekFields opening={opening} change={(next) => change({ ...work, opening: next })} />
        <OtherDays key={opening.code} opening={opening} zone={base.node.time_zone} change={(others) => change({ ...work, opening: { ...opening, others } })} />
      </>}
    </>
  );
}

/** Who else goes by a calendar: other nodes, carriers' services, the dates of channels. */
function SharedWith({ code, name, node, services }: { readonly code: string; readonly name: string; readonly node: string; readonly services: readonly CarrierService[] }): ReactElement | null {
  const { nodes, channels } = useFacts();
  const who = [
    ...nodes.rows.filter((one) => one.code !== node && one.operations.calendar === code).map((one) => one.name), ...services.filter((one) => one.calendar === code).map((one) => one.name),
    ...channels.rows.filter(({ deadlines }) => deadlines.ship_by?.calendar === code || deadlines.deliver_by?.calendar === code).map((one) => one.name),
  ];
  if (who.length === 0) return null;
  const told = [...who.slice(0, NAMED), ...(who.length > NAMED ? [w('more', { count: who.length - NAMED })] : [])].join(', ');
  return <p className="said tone-amber"><Glyph name="alert" /><span>{w('alsoFor', { name, who: told })}</span></p>;
}
