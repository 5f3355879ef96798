// What only a person can say: a node, an item, a count, a reason, or until when.
import { type FormEvent, type ReactElement, useState } from 'react';
import { useFacts } from '../app/facts.ts';
import { currentTime, viewerZone } from '../time.ts';
import type { Work } from './api.ts';
import { dayOf, inAnHour, morningOf, tomorrowMorning } from './rest.ts';
import { actionName, t } from './words.ts';
import type { Ask } from './work-sheet.tsx';

interface Props {
  readonly ask: Ask;
  readonly single: boolean;
  readonly said: (body: Work) => void;
  readonly busy: boolean;
}

/** Quantities as the API takes them, whichever sign the reader's language has. */
const plainly = (fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> => (fields['quantity'] === undefined ? fields : { ...fields, quantity: fields['quantity'].replace(',', '.') });

export function WorkForm({ ask, single, said, busy }: Props): ReactElement {
  const [fields, setFields] = useState<Readonly<Record<string, string>>>({});
  if (ask.action === 'snooze') return <RestForm said={said} busy={busy} />;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!busy) said(ask.action === 'resolve' ? { action: 'resolve', reason: fields['reason'] ?? '' } : { action: ask.action, fields: plainly(fields) });
  };
  return (
    <form className="ask-form" onSubmit={submit}>
      {ask.needs.map((name) => <NeedField key={name} name={name} value={fields[name] ?? ''} changed={(value) => setFields({ ...fields, [name]: value })} />)}
      <div className="form-actions"><button type="submit" className="button primary" aria-busy={busy || undefined}>{single ? actionName(ask.name) : t('check')}</button></div>
    </form>
  );
}

interface NeedProps {
  readonly name: string;
  readonly value: string;
  readonly changed: (value: string) => void;
}

function NeedField({ name, value, changed }: NeedProps): ReactElement {
  const facts = useFacts();
  const id = `need-${name}`;
  const label = <label htmlFor={id}>{t.maybe(`field.${name}`) ?? name}</label>;
  if (name === 'node' && facts.nodes.rows.length > 0) {
    return (
      <div className="field">{label}
        <select id={id} required value={value} onChange={(event) => changed(event.target.value)}><option value="">{t('chooseNode')}</option>{facts.nodes.rows.map(({ code, name: own }) => <option key={code} value={code}>{own}</option>)}</select>
      </div>
    );
  }
  const number = name === 'quantity' ? { inputMode: 'decimal' as const, pattern: '[0-9]+([.,][0-9]+)?' } : {};
  return <div className="field">{label}<input id={id} required maxLength={500} autoComplete="off" value={value} {...number} onChange={(event) => changed(event.target.value)} /></div>;
}

function RestForm({ said, busy }: Pick<Props, 'said' | 'busy'>): ReactElement {
  const [day, setDay] = useState('');
  const [isPast, setPast] = useState(false);
  const rest = (until: number): void => void (busy || said({ action: 'snooze', until: new Date(until).toISOString() }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const until = morningOf(day);
    setPast(until === null || until <= currentTime());
    if (until !== null && until > currentTime()) rest(until);
  };
  return (
    <form className="ask-form" onSubmit={submit} aria-busy={busy || undefined}>
      <div className="form-actions">
        <button type="button" className="button" onClick={() => rest(inAnHour(currentTime()))}>{t('anHour')}</button>
        <button type="button" className="button" onClick={() => rest(tomorrowMorning(currentTime()))}>{t('tomorrow')}</button>
      </div>
      <div className="field"><label htmlFor="rest-day">{t('onDate')}</label><input id="rest-day" type="date" required min={dayOf(currentTime())} max="2199-12-31" value={day} onChange={(event) => setDay(event.target.value)} aria-describedby="rest-zone" /></div>
      <p className="muted" id="rest-zone">{t('zone', { zone: viewerZone() })}</p>
      {isPast ? <p role="alert">{t('pastDay')}</p> : null}
      <div className="form-actions"><button type="submit" className="button">{t('snooze')}</button></div>
    </form>
  );
}
