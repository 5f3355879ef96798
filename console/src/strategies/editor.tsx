// The draft as somebody writes it. It is checked while they write, kept until they save it, and decides nothing.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useDeferredValue, useEffect, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { remarksIn } from '../app/refused.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { AskFirst } from '../ui/ask-first.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Leaving } from '../ui/leaving.tsx';
import { ActFailed } from '../ui/notice.tsx';
import { checkDocument, dropDraft, readPresets, saveDraft, type Strategy, type StrategyDocument } from './api.ts';
import { blankGroup, moved, replaced, sameDocument } from './document.ts';
import { RemarksContext, Said } from './fields.tsx';
import { GroupFields } from './group.tsx';
import type { Kept } from './kept.ts';
import { useReorder } from './reorder.tsx';
import { t } from './words.ts';

interface Props {
  readonly strategy: Strategy;
  readonly kept: Kept | null;
  readonly keep: (next: Kept | null) => void;
}

const CHECK_MS = 400;

/** A value that has rested for a moment. */
function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), CHECK_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return useDeferredValue(rested);
}

export function Editor({ strategy, kept, keep }: Props): ReactElement {
  const may = useMay()('catalogue:write');
  const cache = useQueryClient();
  const saved = strategy.draft_document ?? strategy.live_document;
  const document = kept?.document ?? saved ?? { groups: [] };
  const revision = strategy.draft?.revision ?? 0;
  const rested = useRested(document);
  const check = useQuery({ queryKey: ['strategy-check', strategy.code, JSON.stringify(rested)], queryFn: () => checkDocument(strategy.code, rested), enabled: may, staleTime: Infinity, placeholderData: (before) => before });
  const change = (groups: StrategyDocument['groups']): void => {
    const next = { groups };
    keep(sameDocument(next, saved) ? null : { document: next, revision: kept?.revision ?? revision });
  };
  const saving = useMutation({
    mutationFn: (note: string) => saveDraft(strategy.code, { document, revision: kept?.revision ?? revision, note }),
    onSuccess: async ({ version }) => {
      await cache.invalidateQueries({ queryKey: ['strategy', strategy.code] });
      keep(null);
      announce(t('savedDraft', { version }));
    },
  });
  const errors = [...(check.data?.errors ?? []), ...remarksIn(saving.error)];
  const busy = check.isFetching || rested !== document;
  return (
    <RemarksContext value={{ errors, warnings: check.data?.warnings ?? [] }}>
      <div className="editor">
        <fieldset className="bare" disabled={!may}>
          <Groups document={document} change={change} checking={busy} />
          {may ? <div className="add-row"><button type="button" className="button" onClick={() => change([blankGroup(t('newGroup', { no: document.groups.length + 1 })), ...document.groups])}>{t('addGroup')}</button><Preset change={change} /></div> : <p className="muted">{t('mayNot')}</p>}
        </fieldset>
        <Said pointer="/groups" />
        {may ? <SaveBar key={strategy.draft?.revision} dirty={kept !== null} stale={kept !== null && kept.revision !== revision} hasDraft={strategy.draft !== null} errors={errors.length} pending={saving.isPending} code={strategy.code} save={(note) => saving.mutate(note)} forget={() => keep(null)} /> : null}
        {saving.error ? <ActFailed failure={failureOf(saving.error)} what={t('draft')} retry={() => saving.mutate('')} /> : null}
        {kept === null ? null : <Leaving title={t('leaveTitle')} why={t('leaveWhy')} act={t('leave')} />}
      </div>
    </RemarksContext>
  );
}

function Groups({ document: { groups }, change, checking }: { readonly document: StrategyDocument; readonly change: (groups: StrategyDocument['groups']) => void; readonly checking: boolean }): ReactElement {
  const reorder = useReorder(groups.length, (from, to) => change(moved(groups, from, to)));
  return (
    <ol className="groups">{groups.map((group, at) => (
      <li key={at} {...reorder.place(at)}>
        <section className="card group" aria-labelledby={`group-title-${at}`}>
          <h2 id={`group-title-${at}`} className="visually-hidden">{t('group', { no: at + 1, name: group.name })}</h2>
          <header className="group-head">
            <span className="grip" title={t('drag')} aria-hidden="true" {...reorder.handle(at)}>⠿</span><span className="group-no">{at + 1}</span>
            <label className="visually-hidden" htmlFor={`group-${at}`}>{t('groupName', { no: at + 1 })}</label>
            <input id={`group-${at}`} className="group-name" value={group.name} onChange={(event) => change(replaced(groups, at, { ...group, name: event.target.value }))} />
            <span className="row-end">{reorder.buttons(at, t('groupWord', { name: group.name }))}
              {groups.length === 1 ? null : <button type="button" className="button quiet" onClick={() => change(groups.toSpliced(at, 1))} aria-label={t('remove', { what: t('groupWord', { name: group.name }) })}>{t('removeShort')}</button>}</span>
          </header>
          <Said pointer={`/groups/${at}/name`} />
          <GroupFields at={at} last={at === groups.length - 1} group={group} change={(next) => change(replaced(groups, at, next))} checking={checking} />
        </section>
      </li>))}
    </ol>
  );
}

/** Another beginning: a preset takes the place of everything that is there. */
function Preset({ change }: { readonly change: (groups: StrategyDocument['groups']) => void }): ReactElement | null {
  const presets = useQuery({ queryKey: ['strategy-presets'], queryFn: () => asked(readPresets()), staleTime: Infinity });
  const [name, setName] = useState('fewest_splits');
  const chosen = presets.data?.find((one) => one.name === name);
  if (presets.data === undefined) return null;
  return (
    <span className="preset-pick">
      <label htmlFor="preset">{t('preset')}</label>
      <select id="preset" value={name} onChange={(event) => setName(event.target.value)}>{presets.data.map((one) => <option key={one.name} value={one.name}>{t.maybe(`preset.${one.name}`) ?? one.name}</option>)}</select>
      <button type="button" className="button" onClick={() => {
        if (chosen === undefined) return;
        change(chosen.document.groups);
        announce(t('presetTaken'));
      }}>{t('takePreset')}</button>
    </span>
  );
}

interface SaveProps {
  readonly code: string;
  readonly dirty: boolean;
  /** Somebody else saved meanwhile. */
  readonly stale: boolean;
  readonly hasDraft: boolean;
  readonly errors: number;
  readonly pending: boolean;
  readonly save: (note: string) => void;
  readonly forget: () => void;
}

function SaveBar({ code, dirty, stale, hasDraft, errors, pending, save, forget }: SaveProps): ReactElement | null {
  const cache = useQueryClient();
  const [note, setNote] = useState('');
  const [dropping, setDropping] = useState(false);
  const drop = useMutation({ mutationFn: () => dropDraft(code), onSuccess: async () => {
    await cache.invalidateQueries({ queryKey: ['strategy', code] });
    forget();
    setDropping(false);
    announce(t('dropped'));
  } });
  if (!dirty && !hasDraft) return null;
  return (
    <div className="save-bar" role="group" aria-label={t('draft')}>
      {dirty ? <>
        <span className={`said tone-${errors > 0 ? 'red' : 'amber'}`}><Glyph name={errors > 0 ? 'stop' : 'half'} />{errors > 0 ? t('wrong', { count: errors }) : t(stale ? 'staleDraft' : 'unsaved')}</span>
        <span className="rule-field"><label htmlFor="draft-note">{t('noteDraft')}</label><input id="draft-note" value={note} onChange={(event) => setNote(event.target.value)} /></span>
        <button type="button" className="button primary" aria-busy={pending || undefined} onClick={() => void (pending || save(note))}>{t('save')}</button>
        <button type="button" className="button" onClick={forget}>{t('forget')}</button>
      </> : <span className="said tone-green"><Glyph name="full" />{t('allSaved')}</span>}
      {hasDraft && !dirty ? <button type="button" className="button quiet" onClick={() => setDropping(true)}>{t('drop')}</button> : null}
      {dropping ? <AskFirst title={t('dropTitle')} act={t('drop')} pending={drop.isPending} error={drop.error} close={() => setDropping(false)} go={() => drop.mutate()}><p>{t('dropWhy')}</p></AskFirst> : null}
    </div>
  );
}
