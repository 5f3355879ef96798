// Every strategy there is: what decides now, what is being written, who goes by it, and what was asked of it last.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useKeys } from '../app/keys.ts';
import { remarksIn } from '../app/refused.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { ActFailed, FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { stepped } from '../ui/virtual.ts';
import { readPresets, readStrategies, saveDraft, type StrategyPreset, type StrategySummary } from './api.ts';
import { RemarksContext, TextField } from './fields.tsx';
import { simulationLook } from './looks.ts';
import { simulationUrl, strategyUrl } from './query.ts';
import { useSimulations } from './simulate.tsx';
import { t } from './words.ts';

const REFRESH_MS = 10_000;

export default function StrategiesPage(): ReactElement {
  const { searchStr } = useLocation();
  const cursor = new URLSearchParams(searchStr).get('cursor') ?? '';
  const answer = useQuery({ queryKey: ['strategies', cursor], queryFn: () => asked(readStrategies(cursor)), refetchInterval: every(REFRESH_MS) });
  const may = useMay()('catalogue:write');
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = answer.data?.rows ?? [];
  useTitle(t('strategies'));
  useEffect(() => {
    if (!answer.isSuccess) return;
    heading.current?.focus({ preventScroll: true });
    announce(t('countStrategies', { count: rows.length }));
  }, [answer.isSuccess]);
  const step = (by: 1 | -1): void => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('th a.number') ?? [])];
    links[stepped(links.findIndex((link) => link === document.activeElement), by, links.length)]?.focus();
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  const failure = answer.error && (!answer.data || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  return (
    <div className="list strategies" aria-busy={answer.isPending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('strategies')}</h1><p className="muted">{t('what')}</p></div>
      {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} /> : null}
      {answer.isSuccess && rows.length === 0 ? <Notice shape="empty" title={t('noneYet')}><p>{t('noneYetWhy')}</p>{may ? null : <p className="muted">{t('mayNot')}</p>}</Notice> : null}
      {rows.length === 0 || failure ? null : (
        <div className="table-frame scrolls" role="region" aria-label={t('strategies')} tabIndex={0}>
          <table className="plain-table">
            <thead><tr><th scope="col">{t('name')}</th><th scope="col">{t('live')}</th><th scope="col">{t('draft')}</th><th scope="col">{t('usedBy')}</th><th scope="col">{t('lastSimulation')}</th></tr></thead>
            <tbody ref={body}>{rows.map((row) => <Row key={row.code} row={row} />)}</tbody>
          </table>
        </div>
      )}
      {answer.data?.next ? <nav className="pager" aria-label={t('pages')}><Link className="button" href={`/strategies?cursor=${encodeURIComponent(answer.data.next)}`}>{t('more')}</Link></nav> : null}
      {may && answer.isSuccess ? <Begin taken={rows.map(({ code }) => code)} /> : null}
    </div>
  );
}

function Row({ row: { code, name, live, draft, scheduled, channels } }: { readonly row: StrategySummary }): ReactElement {
  const { channelName } = useFacts();
  const [last] = useSimulations(code).data ?? [];
  return (
    <tr>
      <th scope="row"><Link className="number" href={strategyUrl(code)} dir="auto">{name}</Link> {name === code ? null : <span className="mono code">{code}</span>}</th>
      <td>{live === null ? <Chip look={{ word: t('neverPublished'), tone: 'neutral', glyph: 'empty' }} /> : <Chip look={{ word: t('versionNo', { version: live }), tone: 'green', glyph: 'full' }} />}{scheduled.map((one) => <span key={one.version} className="muted"> {t('scheduledFrom', { version: one.version })} <Time iso={one.valid_from} as="full" /></span>)}</td>
      <td>{draft === null ? <span className="muted">–</span> : t('draftOf', draft)}</td>
      <td>{channels.length === 0 ? <span className="muted">{t('noChannel')}</span> : channels.map(channelName).join(', ')}</td>
      <td>{last === undefined ? <span className="muted">–</span> : <><Chip look={simulationLook(last.state)} /> <Link href={simulationUrl(code, last.id)}><Time iso={last.created_at} as="relative" /></Link></>}</td>
    </tr>
  );
}

const codeOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');

/** A new strategy begins as the draft of a preset; it decides nothing until it is published and a channel goes by it. */
function Begin({ taken }: { readonly taken: readonly string[] }): ReactElement | null {
  const presets = useQuery({ queryKey: ['strategy-presets'], queryFn: () => asked(readPresets()), staleTime: Infinity });
  const [chosen, choose] = useState<StrategyPreset | null>(null);
  if (presets.error) return <FailurePanel failure={failureOf(presets.error)} what={t('presets')} retry={() => void presets.refetch()} />;
  return (
    <section className="begin" aria-label={t('begin')}><h2>{t('begin')}</h2><p className="muted">{t('beginHow')}</p>
      <ul className="presets">{(presets.data ?? []).map((preset) => (
        <li key={preset.name} className={chosen?.name === preset.name ? 'card chosen' : 'card'}>
          <h3>{t.maybe(`preset.${preset.name}`) ?? preset.name}</h3><p className="muted">{t.maybe(`presetWhy.${preset.name}`) ?? preset.summary}</p>
          {chosen?.name === preset.name ? <Name preset={preset} taken={taken} /> : <button type="button" className="button" onClick={() => choose(preset)} aria-label={t('beginWith', { preset: t.maybe(`preset.${preset.name}`) ?? preset.name })}>{t('beginShort')}</button>}
        </li>))}
      </ul>
    </section>
  );
}

function Name({ preset, taken }: { readonly preset: StrategyPreset; readonly taken: readonly string[] }): ReactElement {
  const { history } = useRouter();
  const [name, setName] = useState(t.maybe(`preset.${preset.name}`) ?? preset.name);
  const code = codeOf(name);
  const form = useRef<HTMLFormElement>(null);
  const create = useMutation({ mutationFn: () => saveDraft(code, { document: preset.document, revision: 0, name, note: t('fromPreset', { preset: preset.name }) }), onSuccess: () => history.push(strategyUrl(code)) });
  useEffect(() => form.current?.querySelector('input')?.select(), []);
  const own = code === '' ? [{ pointer: '/name', code: null, detail: t('needsName') }] : taken.includes(code) ? [{ pointer: '/name', code: null, detail: t('nameTaken', { code }) }] : [];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (own.length === 0 && !create.isPending) create.mutate();
  };
  return (
    <form ref={form} onSubmit={submit}>
      <RemarksContext value={{ errors: [...own, ...remarksIn(create.error)], warnings: [] }}><TextField label={t('name')} pointer="/name" value={name} change={setName} /></RemarksContext>
      <p className="muted">{t('codeWillBe')} <code>{code}</code></p>
      <button type="submit" className="button primary" aria-busy={create.isPending || undefined}>{t('create')}</button>
      {create.error ? <ActFailed failure={failureOf(create.error)} what={t('create')} retry={() => create.mutate()} /> : null}
    </form>
  );
}
