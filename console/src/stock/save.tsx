// What is noted and not sent: sent at once with one reason, each change with its own outcome.
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import { refusalOf } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import { type Refusal, Told } from '../refusals/told.tsx';
import { type AdjustReason, sendAdjustment, sendCount } from './api.ts';
import { cellKey, type Change, stage, type Staged, unstage, unstageAll } from './staged.ts';
import { t } from './words.ts';

const REASONS = ['CORRECTION', 'DAMAGED', 'LOST', 'FOUND', 'EXPIRED', 'THEFT', 'SOLD_ELSEWHERE', 'OTHER'] as const satisfies readonly AdjustReason[];

async function send(change: Change, reason: AdjustReason, note: string): Promise<Refusal | null> {
  const said = [t(`reason.${reason}`), note].filter((part) => part !== '').join(': ');
  const result = await (change.kind === 'count' ? sendCount(change, said) : sendAdjustment(change, reason, note));
  return result.ok ? null : refusalOf(result.failure);
}

export function SaveBar({ staged, facts }: { readonly staged: Staged; readonly facts: Facts }): ReactElement | null {
  const asked = useQueryClient();
  const [reason, setReason] = useState<AdjustReason>('CORRECTION');
  const [note, setNote] = useState('');
  const [sending, setSending] = useState(false);
  const [saved, setSaved] = useState(0);
  const changes = [...staged.values()];
  const isWaiting = changes.length > 0;
  useEffect(() => {
    if (!isWaiting) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isWaiting]);
  const save = async (): Promise<void> => {
    setSending(true);
    let [done, refused] = [0, 0];
    for (const change of changes) {
      const why = await send(change, reason, note);
      if (why === null) unstage([cellKey(change.sku, change.node)]);
      else stage([{ ...change, refused: why }]);
      if (why === null) done += 1;
      else refused += 1;
    }
    setSaved(done);
    setSending(false);
    announce([t('saved', { count: done }), ...(refused === 0 ? [] : [t('refused', { count: refused })])].join('. '));
    await asked.invalidateQueries({ predicate: ({ queryKey: [name] }) => typeof name === 'string' && name.startsWith('stock-') && name !== 'stock-items' });
  };
  if (!isWaiting) return saved === 0 ? null : <p className="stock-saved" role="status">{t('saved', { count: saved })}</p>;
  const refused = changes.filter((change) => change.refused !== null);
  return (
    <section className="stock-save" aria-label={t('changes')}>
      <form className="filter-row" onSubmit={(event) => {
        event.preventDefault();
        if (!sending) void save();
      }}>
        <div className="field"><label htmlFor="save-reason">{t('reason')}</label><select id="save-reason" value={reason} onChange={({ target }) => setReason(REASONS.find((one) => one === target.value) ?? 'CORRECTION')}>{REASONS.map((one) => <option key={one} value={one}>{t(`reason.${one}`)}</option>)}</select></div>
        <div className="field stock-note"><label htmlFor="save-note">{t('note')}</label><input id="save-note" value={note} maxLength={200} placeholder={t('noteHint')} onChange={({ target }) => setNote(target.value)} /></div>
        <button type="submit" className="button primary">{sending ? t('saving') : t('save', { count: changes.length })}</button>
        <button type="button" className="button quiet" onClick={unstageAll}>{t('drop')}</button>
      </form>
      <p className="muted">{t('whatHappens')}</p>
      {refused.length === 0 ? null : <ul className="stock-refused">{refused.map(({ sku, node, refused: why }) => <li key={cellKey(sku, node)}>{t('refusedOne', { sku, node: facts.nodeName(node) })} {why === null ? null : <Told of={why} />}</li>)}</ul>}
    </section>
  );
}
