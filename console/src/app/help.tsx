// Keys and looks on one sheet, made from the tables behind them, and the way to the page about the screen.
import { useMatches } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { LANGUAGES } from '../i18n/words.ts';
import { viewerZone } from '../time.ts';
import { t as ui } from '../ui/words.ts';
import { guideOf } from './guides.ts';
import { type Key, KEYS, keyWords, printed, WHERE, type Where } from './keys.ts';
import { CONTRASTS, DENSITIES, prefer, type Preferences, THEMES, usePreferences } from './preferences.ts';
import { t } from './words.ts';

interface Props {
  readonly open: boolean;
  readonly close: () => void;
}

export default function HelpSheet({ open, close }: Props): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const { keys } = usePreferences();
  const route = useMatches().at(-1)?.fullPath ?? '';
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="sheet" aria-labelledby="help-title" onClose={close} onClick={(event) => void (event.target === dialog.current && close())}>
      <div className="sheet-head"><h2 id="help-title">{t('keysHead')}</h2><button type="button" className="button quiet" onClick={close}>{ui('close')}</button></div>
      <p className="help-ways"><a className="button" href={guideOf(route)} target="_blank" rel="noreferrer">{t('guide')}<span aria-hidden="true"> ↗</span><span className="visually-hidden"> {t('newTab')}</span></a> <a className="button quiet" href="/docs" target="_blank" rel="noreferrer">{t('docs')}<span aria-hidden="true"> ↗</span><span className="visually-hidden"> {t('newTab')}</span></a></p>
      <div className="sheet-columns">{WHERE.map((where) => <Group key={where} where={where} />)}</div>
      <label className="switch"><input type="checkbox" checked={keys} onChange={(event) => prefer({ keys: event.target.checked })} />{t('singleKeys')}</label>
      <Looks />
    </dialog>
  );
}

const isKeyOf = (where: Where) => (entry: [string, Where]): entry is [Key, Where] => entry[1] === where;

const Group = ({ where }: { readonly where: Where }): ReactElement => (
  <section>
    <h3>{keyWords(where)}</h3>
    <dl>{Object.entries(KEYS).filter(isKeyOf(where)).map(([key]) => <div key={key} className="key-row"><dt>{printed(key).map((part) => <kbd key={part}>{part}</kbd>)}</dt><dd>{keyWords(key)}</dd></div>)}</dl>
  </section>
);

function Looks(): ReactElement {
  const now = usePreferences();
  const choice = <N extends 'theme' | 'contrast' | 'density' | 'language'>(name: N, values: readonly Preferences[N][]): ReactElement => (
    <div className="field">
      <label htmlFor={`look-${name}`}>{t(name)}</label>
      <select id={`look-${name}`} value={now[name]} onChange={(event) => {
        const value = values.find((one) => one === event.target.value);
        if (value !== undefined) prefer({ [name]: value });
      }}>{values.map((value) => <option key={value} value={value}>{t.maybe(`${name}.${value}`)}</option>)}</select>
    </div>
  );
  return (
    <section className="looks">
      <h3>{t('look')}</h3>
      <div className="filter-row">{choice('theme', THEMES)}{choice('contrast', CONTRASTS)}{choice('density', DENSITIES)}{choice('language', LANGUAGES)}</div>
      <p className="muted">{t('zone', { zone: viewerZone() })}</p>
    </section>
  );
}
