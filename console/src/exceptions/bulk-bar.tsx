// What can be done with the entries that are selected, or with the whole queue.
import { type ReactElement, useState } from 'react';
import { useMay } from '../app/session.ts';
import { count } from '../numbers.ts';
import { fixSentence } from './fix-words.ts';
import { SCOPE_OF, type WorkQueue, type WorkQueueItem } from './api.ts';
import type { DeskQuery } from './query.ts';
import { sharesAnswer } from './run.ts';
import { actionName, queueName, t } from './words.ts';
import type { Ask } from './work-sheet.tsx';

/** Queues whose entries people settle; of all others the cause has to go. */
const SETTLED: ReadonlySet<string> = new Set(['no_stock', 'no_route', 'attempts_exhausted', 'short_released', 'lost_in_transit', 'returned_to_sender']);

interface Props {
  readonly queue: WorkQueue;
  readonly query: DeskQuery;
  readonly selected: readonly WorkQueueItem[];
  readonly names: ReadonlyMap<string, string>;
  readonly ask: (ask: Ask) => void;
  readonly none: () => void;
}

export function BulkBar({ queue, query, selected, names, ask, none }: Props): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const may = useMay();
  const fixes = selected.map(({ fix }) => fix);
  const names_ = [...new Set(fixes.map(({ action }) => action))];
  const needs = [...new Set(fixes.flatMap((fix) => fix.needs))];
  const name = names_.length === 1 ? names_[0] ?? 'fix' : 'fix';
  const shares = isWhole ? !needs.includes('sku') && !needs.includes('quantity') : sharesAnswer(fixes);
  const text = isWhole ? t('wholeQueue') : t('selected', { count: selected.length });
  const open = (action: Ask['action'], own: Partial<Ask> = {}): void =>
    ask({ action, name: action, what: isWhole ? `${queueName(queue)} (${count(queue.open.value)})` : text, ids: isWhole ? null : selected.map(({ id }) => id), needs: [], sentence: '', names, ...own });
  const sentences = new Set(selected.map(fixSentence));
  const button = (label: string, act: () => void, look = 'button'): ReactElement => <button type="button" className={look} onClick={act}>{label}</button>;
  return (
    <section className="selection" aria-label={text}>
      <strong>{text}</strong>
      {names_.every((action) => may(SCOPE_OF[action])) ? shares ? button(`${actionName(name)}…`, () => open('fix', { name, needs, sentence: sentences.size === 1 ? [...sentences][0] ?? '' : '' })) : <span className="muted">{t('ownAnswer')}</span> : null}
      {button(`${t('assign')}…`, () => open('assign'))}
      {button(`${t('snooze')}…`, () => open('snooze'))}
      {SETTLED.has(queue.code) && name !== 'resolve' ? button(`${t('resolve')}…`, () => open('resolve', { needs: ['reason'] })) : null}
      {isWhole || query.mine || query.snoozed ? null : button(t('takeAll'), () => setWhole(true), 'button quiet')}
      {button(t('selectNone'), none, 'button quiet')}
    </section>
  );
}
