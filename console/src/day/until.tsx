// A time to come, by the viewer's own clock.
import type { ReactElement } from 'react';
import { currentTime, viewerZone } from '../time.ts';
import { t } from './bad-day-words.ts';

/** What a datetime field holds is the viewer's wall clock, which is what the browser reads it as. Null where nothing or no time is written. */
export function untilOf(text: string): number | null {
  const at = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(at) ? null : at;
}

export const isPast = (text: string): boolean => (untilOf(text) ?? Infinity) <= currentTime();

interface Props {
  readonly id: string;
  readonly value: string;
  readonly changed: (value: string) => void;
}

export const UntilField = ({ id, value, changed }: Props): ReactElement => (
  <div className="field">
    <label htmlFor={id}>{t('until')}</label>
    <input id={id} type="datetime-local" value={value} onChange={(event) => changed(event.target.value)} aria-describedby={`${id}-how`} aria-invalid={isPast(value) || undefined} />
    <p className="muted hint" id={`${id}-how`}>{isPast(value) ? t('pastUntil') : t('untilHow', { zone: viewerZone() })}</p>
  </div>
);
