// Until when goods have to be ready for which carrier, how long work takes, and how much a day and an hour can take.
import { type ReactElement, useRef } from 'react';
import { Field, Said } from '../strategies/fields.tsx';
import type { CarrierService } from './api.ts';
import { type CutOff, type Figure, LIMITS, pointerOf, type Work, WORK_FIGURES } from './work.ts';
import { spokenCarrier } from './work-changes.ts';
import { w } from './work-words.ts';

interface Props {
  readonly work: Work;
  readonly change: (work: Work) => void;
}

/** Seconds are shown where somebody set them. */
const step = (time: string): number | undefined => (time.length > 5 ? 1 : undefined);

export function CutOffFields({ work, services, change }: Props & { readonly services: readonly CarrierService[] }): ReactElement {
  const { cutOffs, general } = work;
  const table = useRef<HTMLDivElement>(null);
  const put = (at: number, next: CutOff): void => change({ ...work, cutOffs: cutOffs.map((one, index) => (index === at ? next : one)) });
  const focus = (which: string): void => void setTimeout(() => [...(table.current?.querySelectorAll<HTMLElement>(which) ?? [])].at(-1)?.focus());
  const carriers = [...new Set(services.map(({ carrier }) => carrier))];
  return (
    <div ref={table} className="cut-off-fields">
      <p className="muted">{w('cutOffsWhy')}</p>
      <datalist id="carriers">{carriers.map((one) => <option key={one} value={one} />)}</datalist>
      <ul>
        <li><Field label={w('cutOffAll')} pointer={`/operations/cut_offs/${cutOffs.length}`}>{(given) => <input {...given} type="time" step={step(general)} value={general} onChange={({ target }) => change({ ...work, general: target.value })} />}</Field></li>
        {cutOffs.map((one, at) => {
          const pointer = `/operations/cut_offs/${at}`;
          return (
            <li key={at}><div className="cut-off-row" role="group" aria-label={w('cutOffOf', { carrier: spokenCarrier(one) })}>
              <datalist id={`services-${at}`}>{services.filter(({ carrier }) => carrier === one.carrier).map(({ code }) => <option key={code} value={code} />)}</datalist>
              <Field label={w('carrier')} pointer={`${pointer}/carrier`}>{(given) => <input {...given} list="carriers" autoComplete="off" maxLength={100} value={one.carrier} onChange={({ target }) => put(at, { ...one, carrier: target.value })} />}</Field>
              <Field label={w('service')} pointer={`${pointer}/service`}>{(given) => <input {...given} list={`services-${at}`} autoComplete="off" maxLength={100} placeholder={w('serviceAll')} value={one.service} onChange={({ target }) => put(at, { ...one, service: target.value })} />}</Field>
              <Field label={w('time')} pointer={`${pointer}/time`}>{(given) => <input {...given} type="time" required step={step(one.time)} value={one.time} onChange={({ target }) => put(at, { ...one, time: target.value })} />}</Field>
              <button type="button" className="button quiet" aria-label={w('removeOf', { carrier: spokenCarrier(one) })} onClick={() => { change({ ...work, cutOffs: cutOffs.toSpliced(at, 1) }); focus('.add-cut-off'); }}>{w('remove')}</button>
              <Said pointer={pointer} exact />
            </div></li>
          );
        })}
      </ul>
      <button type="button" className="button add-cut-off" onClick={() => { change({ ...work, cutOffs: [...cutOffs, { carrier: '', service: '', time: '' }] }); focus('input[list=carriers]'); }}>{w('addCutOff')}</button>
    </div>
  );
}

export function FigureFields({ work, change }: Props): ReactElement {
  const field = (name: Figure): ReactElement => (
    <Field key={name} label={w(name)} pointer={pointerOf(name)} className="numeric">{(given) => (
      <input {...given} inputMode={name === 'minutes_per_backlog_order' ? 'decimal' : 'numeric'} autoComplete="off" placeholder={name.startsWith('minutes') ? undefined : w('noLimit')} value={work.figures[name]} onChange={({ target }) => change({ ...work, figures: { ...work.figures, [name]: target.value } })} />)}</Field>
  );
  return (
    <>
      <section className="card"><h2>{w('work')}</h2><p className="muted">{w('workWhy')}</p><div className="rule-fields">{WORK_FIGURES.map(field)}</div></section>
      <section className="card"><h2>{w('limits')}</h2><p className="muted">{w('limitsWhy')}</p><div className="rule-fields">{LIMITS.map(field)}</div></section>
    </>
  );
}
