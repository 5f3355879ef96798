// Which columns, in which order: boxes to tick and arrows to press, so that nothing has to be dragged.
import { type ReactElement, useState } from 'react';
import { COLUMNS, type ColumnName, shownColumns } from './columns.ts';
import { t } from './words.ts';

interface Props {
  readonly chosen: readonly ColumnName[] | null;
  readonly choose: (columns: readonly ColumnName[] | null) => void;
}

export function ColumnPicker({ chosen, choose }: Props): ReactElement {
  const [open, setOpen] = useState(false);
  const shown = shownColumns(chosen);
  const [, ...movable] = shown;
  const hidden = COLUMNS.filter((name) => !shown.includes(name));
  const move = (name: ColumnName, by: -1 | 1): void => {
    const at = movable.indexOf(name);
    choose(movable.toSpliced(at, 1).toSpliced(at + by, 0, name));
  };
  return (
    <details className="picker" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="button quiet">{t('columns')}</summary>
      {open ? <div className="picker-sheet">
        <ul>
          {movable.map((name, at) => (
            <li key={name}>
              <label><input type="checkbox" checked onChange={() => choose(movable.filter((one) => one !== name))} />{t(`column.${name}`)}</label>
              <button type="button" className="button quiet square" disabled={at === 0} aria-label={`${t(`column.${name}`)}: ${t('earlier')}`} title={t('earlier')} onClick={() => move(name, -1)}>↑</button>
              <button type="button" className="button quiet square" disabled={at === movable.length - 1} aria-label={`${t(`column.${name}`)}: ${t('later')}`} title={t('later')} onClick={() => move(name, 1)}>↓</button>
            </li>))}
          {hidden.map((name) => <li key={name}><label><input type="checkbox" checked={false} onChange={() => choose([...movable, name])} />{t(`column.${name}`)}</label></li>)}
        </ul>
        {chosen === null ? null : <button type="button" className="button quiet" onClick={() => choose(null)}>{t('usual')}</button>}
      </div> : null}
    </details>
  );
}
