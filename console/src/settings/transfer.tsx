// Settings as a file: out, and in again once somebody has seen what differs.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { announce } from '../app/voice.ts';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { saveBody } from './api.ts';
import { asCode, changed, type Difference, differencesOf, type Document, type Import, type Json } from './document.ts';
import { n } from './setting-words.ts';
import { shown } from './value.tsx';
import { t } from './words.ts';

export function exportSettings(document: Document): void {
  const link = window.document.createElement('a');
  link.href = URL.createObjectURL(new Blob([asCode(document)], { type: 'application/json' }));
  link.download = 'ordo-settings.json';
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The differences of each body together. */
function bodiesOf(differences: readonly Difference[]): Difference[][] {
  const bodies = new Map<string, Difference[]>();
  for (const one of differences) {
    const key = `${one.setting.source} ${one.code}`;
    bodies.set(key, [...(bodies.get(key) ?? []), one]);
  }
  return [...bodies.values()];
}

const placeOf = ({ setting, code }: Difference): string => `${code}: ${n(setting.id)}`;

export function ImportSheet({ document, close }: { readonly document: Document; readonly close: () => void }): ReactElement {
  const cache = useQueryClient();
  const [read, setRead] = useState<Import | null>(null);
  const [wrong, setWrong] = useState(false);
  const [done, setDone] = useState<ReadonlySet<Difference>>(new Set());
  const [at, setAt] = useState('');
  const applying = useMutation({
    mutationFn: async ({ differences }: Import) => {
      const applied = new Set<Difference>();
      // One body after the other, each whole: the server checks it before anything of it holds.
      for (const own of bodiesOf(differences)) {
        const [first] = own;
        if (first === undefined) continue;
        setAt(placeOf(first));
        const present: Json = document[first.setting.source][first.code] ?? {};
        await saveBody(first.setting.source, first.code, own.reduce((body, { setting, after }) => changed(body, setting, after), present));
        for (const one of own) applied.add(one);
        setDone(new Set(applied));
      }
      return applied.size;
    },
    onSuccess: (count) => announce(t('applied', { count })),
    onSettled: () => cache.invalidateQueries({ queryKey: ['settings'] }),
  });
  const take = async (file: File | undefined): Promise<void> => {
    const found = file === undefined ? null : differencesOf(await file.text(), document);
    setRead(found);
    setWrong(file !== undefined && found === null);
    setDone(new Set());
  };
  const count = read?.differences.length ?? 0;
  return (
    <Sheet title={t('importTitle')} close={close}>
      <form className="ask-form" onSubmit={(event) => { event.preventDefault(); if (read) applying.mutate(read); }}>
        <p className="muted">{t('importWhat')}</p>
        <div className="field"><label htmlFor="settings-file">{t('file')}</label><input id="settings-file" type="file" accept="application/json,.json" aria-invalid={wrong || undefined} aria-describedby="settings-file-wrong" onChange={({ target }) => void take(target.files?.[0])} /><p id="settings-file-wrong" className="field-wrong" role="alert">{wrong ? t('notOurs') : ''}</p></div>
        {read === null ? null : (
          <div role="status"><p>{count === 0 ? t('noDifference') : t('differs', { count })}</p>
            <ul className="differences">{read.differences.map((one) => <li key={`${one.setting.id} ${one.code}`}><strong>{placeOf(one)}</strong><span className="mono" dir="auto">{t('becomes', { before: shown(one.before), after: shown(one.after) })}{done.has(one) ? ' ✓' : ''}</span></li>)}</ul>
            {read.unknown.length === 0 ? null : <p className="muted">{t('leftOut', { names: read.unknown.join(', ') })}</p>}</div>)}
        <Problem error={applying.error} />
        {applying.isError ? <p>{t('stopped', { place: at })}</p> : null}
        <div className="form-actions">{applying.isSuccess ? <><p>{t('applied', { count: applying.data })}</p><button type="button" className="button primary" onClick={close}>{t('close')}</button></> : count === 0 ? null : <button type="submit" className="button primary" aria-busy={applying.isPending || undefined}>{t('apply', { count })}</button>}</div>
      </form>
    </Sheet>
  );
}
