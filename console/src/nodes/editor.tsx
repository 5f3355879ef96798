// When a node is open, until when carriers take goods, how fast it works and how much it can: written together, seen before it is saved.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { remarksIn } from '../app/refused.ts';
import { announce } from '../app/voice.ts';
import { RemarksContext } from '../strategies/fields.tsx';
import { FailurePanel } from '../ui/notice.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Leaving } from '../ui/leaving.tsx';
import { Problem } from '../ui/problem.tsx';
import { type CarrierService, type OrdoNode, readCalendar, readCalendars, readNode, readServices, saveCalendar, saveNode } from './api.ts';
import { CutOffFields, FigureFields } from './limit-fields.tsx';
import { OpeningFields } from './opening-fields.tsx';
import { type Base, calendarBody, calendarDiffers, faultsOf, firstOpening, nodeBody, nodeDiffers, openingOf, rebased, same, storedIn, type Work, workOf } from './work.ts';
import { changesOf, type WorkChange } from './work-changes.ts';
import { t } from './words.ts';
import { w } from './work-words.ts';

interface Props {
  readonly node: OrdoNode;
  /** Whether a node without a calendar begins with one. */
  readonly makes: boolean;
  readonly close: () => void;
}

const REFRESH_MS = 10_000;

export default function WorkEditor({ node, makes, close }: Props): ReactElement {
  const calendars = useQuery({ queryKey: ['calendars', node.operations.calendar], queryFn: () => asked(readCalendars(node.operations.calendar)), refetchInterval: REFRESH_MS });
  const services = useQuery({ queryKey: ['carrier-services'], queryFn: () => asked(readServices()) });
  if (calendars.error && !calendars.data) return <FailurePanel failure={failureOf(calendars.error)} what={t('calendar')} retry={() => void calendars.refetch()} />;
  if (!calendars.data) return <div className="order-skeleton" aria-busy="true"><span className="bone block" /></div>;
  return (
    <>
      {services.error && !services.data ? <FailurePanel failure={failureOf(services.error)} what={w('services')} retry={() => void services.refetch()} /> : null}
      <Writing fresh={{ node, calendars: calendars.data }} services={services.data ?? []} makes={makes} close={close} />
    </>
  );
}

interface Draft {
  readonly base: Base;
  readonly work: Work;
}

const beginning = (base: Base, makes: boolean): Draft => {
  const work = workOf(base);
  return { base, work: makes && work.opening === null ? { ...work, opening: firstOpening(base) } : work };
};

/** What others said of this node, or of the calendar that is written here, since it was read. */
function othersSaid({ base, work: { opening } }: Draft, fresh: Base): readonly WorkChange[] {
  const [was, is] = [workOf(base), workOf(fresh)];
  const [ours, theirs] = [storedIn(base, opening?.code), storedIn(fresh, opening?.code)];
  const calendar = ours?.code === was.opening?.code ? [] : changesOf({ ...was, opening: ours && openingOf(ours) }, { ...was, opening: theirs && openingOf(theirs) });
  return [...changesOf(was, is), ...calendar];
}

function Writing({ fresh, services, makes, close }: { readonly fresh: Base; readonly services: readonly CarrierService[]; readonly makes: boolean; readonly close: () => void }): ReactElement {
  const cache = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => beginning(fresh, makes));
  const [tried, setTried] = useState(false);
  const [half, setHalf] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const { base, work } = draft;
  const before = workOf(base);
  const changes = changesOf(before, work);
  const dirty = changes.length > 0 || !same(before, work);
  const saving = useMutation({ mutationFn: async () => {
    const { calendar } = base.node.operations;
    const [node, calendars] = await Promise.all([asked(readNode(base.node.code)), asked(readCalendars(calendar))]);
    cache.setQueryData(['node', node.code], node);
    cache.setQueryData(['calendars', calendar], calendars);
    const isTheirs = othersSaid(draft, { node, calendars }).length > 0;
    if (!isTheirs) await save({ base: { node, calendars }, work }, (next) => { setHalf(true); setDraft(next); });
    return !isTheirs;
  }, onSuccess: (isSaved) => {
    if (!isSaved) return;
    announce(w('saved', { name: base.node.name }));
    close();
  }, onSettled: () => Promise.all(['node', 'nodes', 'calendar', 'calendars', 'facts'].map((name) => cache.invalidateQueries({ queryKey: [name] }))) });
  const isSaved = saving.data === true;
  const theirs = saving.isPending || isSaved ? [] : othersSaid(draft, fresh);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  // What others changed and nobody sees here is taken over in silence: only its time has to be known.
  useEffect(() => {
    if (theirs.length === 0 && !saving.isPending && (base.node !== fresh.node || base.calendars !== fresh.calendars)) setDraft({ base: fresh, work: same(before, work) ? workOf(fresh) : work });
  });
  const change = (next: Work): void => {
    if (!saving.isIdle && !saving.isPending) saving.reset();
    setDraft({ base, work: next });
  };
  const faults = tried ? faultsOf(work) : [];
  const errors = [...faults, ...remarksIn(saving.error)];
  const go = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (dirty && theirs.length === 0 && faultsOf(work).length === 0 && !saving.isPending) saving.mutate();
  };
  return (
    <RemarksContext value={{ errors, warnings: [] }}>
      <form className="work-editor" onSubmit={go} noValidate aria-label={w('title', { name: base.node.name })}>
        <div className="card-head"><h2 tabIndex={-1} ref={heading}>{w('things')}</h2><span className="muted">{w('hoursIn', { zone: base.node.time_zone })}</span></div>
        <div className="work-columns">
          <section className="card"><h2>{t('opening')}</h2><OpeningFields base={base} work={work} services={services} change={change} /></section>
          <div className="work-rest"><section className="card"><h2>{w('cutOffs')}</h2><CutOffFields work={work} services={services} change={change} /></section><FigureFields work={work} change={change} /></div>
        </div>
        <div className="work-save" role="group" aria-label={w('changes')}>
          {theirs.length === 0 ? null : <Meanwhile theirs={theirs} take={() => { saving.reset(); setDraft({ base: fresh, work: rebased(before, work, workOf(fresh)) }); }} />}
          {saving.error && errors.length === faults.length && theirs.length === 0 ? <Problem error={saving.error} /> : null}
          {half && !isSaved ? <p className="said tone-amber"><Glyph name="alert" />{w('halfSaved')}</p> : null}
          <p role="status" className={dirty ? 'said tone-amber' : 'muted'}>{dirty ? <><Glyph name="half" />{w('count', { count: changes.length })}</> : w('nothing')}</p>
          <Changes of={changes} />
          <div className="form-actions"><button type="submit" className="button primary" disabled={!dirty || theirs.length > 0} aria-busy={saving.isPending || undefined}>{w('save')}</button><button type="button" className="button" onClick={close}>{w(dirty ? 'cancel' : 'close')}</button></div>
        </div>
      </form>
      {dirty && !isSaved ? <Leaving title={w('leaveTitle')} why={w('leaveWhy')} act={w('leave')} while="change" /> : null}
    </RemarksContext>
  );
}

/**
 * Saves what is written on top of what is there now. The calendar comes first, for the node may name it; where the node is refused
 * afterwards, what is saved already is no change any more.
 */
async function save({ base, work }: Draft, calendarSaved: (next: Draft) => void): Promise<void> {
  const { opening } = work;
  const saves = nodeDiffers(work, base);
  if (opening !== null && calendarDiffers(work, base)) {
    await saveCalendar(opening.code, calendarBody(opening, base));
    if (saves) {
      const stored = await asked(readCalendar(opening.code));
      calendarSaved({ base: { ...base, calendars: [...base.calendars.filter(({ code }) => code !== opening.code), stored] }, work: { ...work, opening: openingOf(stored) } });
    }
  }
  if (saves) await saveNode(base.node.code, nodeBody(work, base));
}

const Changes = ({ of }: { readonly of: readonly WorkChange[] }): ReactElement | null => (of.length === 0 ? null : (
  <ul className="work-changes">{of.map(({ what, was, is }, at) => <li key={at}><span className="muted">{what}</span> <del>{was}</del> <span aria-hidden="true">→</span><span className="visually-hidden"> {w('becomes')} </span> <ins>{is}</ins></li>)}</ul>
));

function Meanwhile({ theirs, take }: { readonly theirs: readonly WorkChange[]; readonly take: () => void }): ReactElement {
  return (
    <div className="meanwhile" role="alert">
      <p className="said tone-amber"><Glyph name="alert" /><b>{w('meanwhile')}</b></p><p className="muted">{w('meanwhileWhy')}</p>
      <Changes of={theirs} />
      <button type="button" className="button" onClick={take}>{w('takeOver')}</button>
    </div>
  );
}
