// Nodes that take no orders now, opened again from here; and the closures that there were.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { Sheet } from '../ui/sheet.tsx';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { ActFailed, FailurePanel } from '../ui/notice.tsx';
import { Time, useNow } from '../ui/time.tsx';
import { type OrdoNode, openAgain, readClosures } from './api.ts';
import { t } from './bad-day-words.ts';
import { closureLook } from './closure.tsx';
import { isClosed } from './cut-off.ts';
import { badDayUrl } from './query.ts';

export function ClosedNodes({ nodes }: { readonly nodes: readonly OrdoNode[] }): ReactElement {
  const now = useNow();
  const may = useMay();
  const [asked_, ask] = useState<OrdoNode | null>(null);
  const closed = nodes.filter((node) => isClosed(node, now));
  return (
    <section className="card" aria-labelledby="closed-title">
      <h2 id="closed-title">{t('nodesClosed')}</h2>
      {closed.length === 0 ? <p className="muted">{t('allOpen')}</p> : (
        <ul className="gates">{closed.map((node) => (
          <li key={node.code}>
            <span className="gate-name">{node.name}</span>
            <span className="gate-facts">{node.status === 'offline' || node.operations.paused_until === null ? t('closedSince') : <span>{t('untilShort')} <Time iso={node.operations.paused_until} as="brief" store={node.time_zone} /></span>}</span>
            {may('catalogue:write') ? <span className="gate-actions"><button type="button" className="button" onClick={() => ask(node)}>{t('openAgain')}…</button></span> : null}
          </li>))}
        </ul>)}
      {asked_ === null ? null : <OpenSheet node={asked_} close={() => ask(null)} />}
    </section>
  );
}

function OpenSheet({ node: { code, name }, close }: { readonly node: OrdoNode; readonly close: () => void }): ReactElement {
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const opening = useMutation({
    mutationFn: () => asked(openAgain([code], reason)),
    onSuccess: () => {
      announce(t('opened', { node: name }));
      close();
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['day-nodes'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!opening.isPending) opening.mutate();
  };
  return (
    <Sheet title={t('openTitle', { node: name })} close={close}>
      <p className="muted">{t('openHow')}</p>
      <form className="ask-form" onSubmit={submit}>
        <div className="field"><label htmlFor="open-reason">{t('reason')}</label><input id="open-reason" required maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} /></div>
        <div className="form-actions"><button type="submit" className="button primary" aria-busy={opening.isPending || undefined}>{t('openAgain')}</button></div>
      </form>
      {opening.error ? <ActFailed failure={failureOf(opening.error)} what={t('openAgain')} retry={() => opening.mutate()} /> : null}
    </Sheet>
  );
}

const REFRESH_MS = 10_000;

export function Closures(): ReactElement {
  const facts = useFacts();
  const answer = useQuery({ queryKey: ['closures'], queryFn: () => asked(readClosures()), refetchInterval: every(REFRESH_MS) });
  if (answer.error && !answer.data) return <FailurePanel failure={failureOf(answer.error)} what={t('closures')} retry={() => void answer.refetch()} />;
  return (
    <section className="card" aria-labelledby="closures-title" aria-busy={answer.isPending || undefined}>
      <h2 id="closures-title">{t('closures')}</h2>
      {answer.data?.length === 0 ? <p className="muted">{t('noClosures')}</p> : (
        <ul className="gates">{answer.data?.map(({ id, state, nodes, reason, created_at: made }) => (
          <li key={id}>
            <Link className="gate-name number" href={badDayUrl({ closure: id })}>{nodes.map((code) => facts.nodeName(code)).join(', ')}</Link><Chip look={closureLook(state)} />
            <span className="gate-facts"><span className="muted">{reason}</span> <Time iso={made} as="both" /></span>
          </li>))}
        </ul>)}
    </section>
  );
}
