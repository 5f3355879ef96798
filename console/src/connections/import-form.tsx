// A file comes in: what is in it, what its columns are read as, a trial that says what would become of it, and the import itself.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, cache, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { Told } from '../refusals/told.tsx';
import { FailurePanel } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { type ImportKind, type Job, readImportKinds, readJob, sendFile } from './api.ts';
import { fieldNamed, type FirstRows, firstRowsOf } from './first-rows.ts';
import { t } from './import-words.ts';
import { t as c } from './words.ts';

const RUNNING_MS = 1_000;

export function ImportForm(): ReactElement {
  const may = useMay();
  const kinds = useQuery({ queryKey: ['import-kinds'], queryFn: () => asked(readImportKinds()), staleTime: Infinity });
  if (!may('jobs:write')) return <p className="muted supply-how">{t('mayNotImport')}</p>;
  if (kinds.data === undefined) return kinds.error ? <FailurePanel failure={failureOf(kinds.error)} what={t('importFile')} retry={() => void kinds.refetch()} /> : <></>;
  return <Sending kinds={kinds.data.filter(({ needs }) => may(needs as Parameters<typeof may>[0]))} />;
}

interface Chosen { readonly file: File; readonly first: FirstRows | null }
/** Fields by the position of the column that somebody said is read as them. */
type Said = Readonly<Record<number, string>>;

const mapOf = ({ heading }: FirstRows, said: Said): string => Object.entries(said).filter(([, field]) => field !== '').map(([at, field]) => `${heading[Number(at)] ?? ''}=${field}`).join(',');

function Sending({ kinds }: { readonly kinds: readonly ImportKind[] }): ReactElement {
  const facts = useFacts();
  const [name, setName] = useState(kinds[0]?.kind ?? 'items');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [said, setSaid] = useState<Said>({});
  const [channel, setChannel] = useState('');
  const [unchosen, setUnchosen] = useState(false);
  const kind = kinds.find((one) => one.kind === name) ?? kinds[0];
  const sending = useMutation({
    mutationFn: (isTrial: boolean) => {
      if (chosen === null) throw new Error(t('chooseFile'));
      const map = chosen.first === null ? '' : mapOf(chosen.first, said);
      return asked(sendFile(chosen.file, { kind: name, ...(isTrial ? { dry_run: 'true' } : {}), ...(map === '' ? {} : { map }), ...(name === 'orders' && channel !== '' ? { channel, currency: facts.channels.rows.find(({ code }) => code === channel)?.currency ?? 'EUR' } : {}) }));
    },
    onSuccess: (job) => {
      announce(t('sent', { file: job.file }));
      void cache.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  const anew = (): void => {
    sending.reset();
    setSaid({});
  };
  const go = (isTrial: boolean) => (event: FormEvent | { preventDefault(): void }): void => {
    event.preventDefault();
    setUnchosen(chosen === null);
    if (chosen !== null && !sending.isPending) sending.mutate(isTrial);
  };
  const missing = kind === undefined || chosen?.first == null ? [] : lacking(kind, chosen.first, said).filter((field) => field !== 'currency' && field !== 'channel');
  return (
    <form className="card import-form" onSubmit={go(true)} aria-busy={sending.isPending || undefined} aria-label={t('importFile')}>
      <h2>{t('importFile')}</h2>
      <div className="filter-row">
        <div className="field"><label htmlFor="import-kind">{t('kind')}</label><select id="import-kind" value={name} onChange={({ target }) => {
          setName(kinds.find((one) => one.kind === target.value)?.kind ?? name);
          anew();
        }}>{kinds.map((one) => <option key={one.kind} value={one.kind}>{t(`kind.${one.kind}`)}</option>)}</select></div>
        <div className="field"><label htmlFor="import-file">{t('file')}</label><input id="import-file" type="file" accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl,.gz" onChange={({ target }) => {
          const [file] = target.files ?? [];
          anew();
          setUnchosen(false);
          if (file === undefined) setChosen(null);
          else void firstRowsOf(file).then((first) => setChosen({ file, first }));
        }} /></div>
        {name === 'orders' ? <div className="field"><label htmlFor="import-channel">{t('orderChannel')}</label><select id="import-channel" value={channel} onChange={({ target }) => setChannel(target.value)}><option value="">{t('none')}</option>{facts.channels.rows.map(({ code, name: own }) => <option key={code} value={code}>{own}</option>)}</select></div> : null}
      </div>
      {unchosen ? <p role="alert" className="is-later">{t('chooseFile')}</p> : null}
      {chosen === null || kind === undefined ? null : chosen.first === null ? <p className="muted">{t('noPreview')}</p> : <Columns kind={kind} first={chosen.first} said={said} say={(next) => {
        sending.reset();
        setSaid(next);
      }} />}
      {missing.length === 0 ? null : <p role="status" className="is-later">{t('missing', { fields: missing.join(', ') })}</p>}
      <Problem error={sending.error} />
      <div className="form-actions"><button type="submit" className="button primary">{t('tryIt')}</button><button type="button" className="button" onClick={go(false)}>{t('importIt')}</button>{sending.isPending ? <span role="status">{t('sending')}</span> : <span className="muted">{t('again')}</span>}</div>
      {sending.data === undefined ? null : <Running key={sending.data.id} sent={sending.data} />}
    </form>
  );
}

const readAs = (kind: ImportKind, heading: string, at: number, said: Said): string | null => {
  const given = said[at];
  if (given !== undefined && given !== '') return given;
  const own = fieldNamed(kind, heading);
  return own !== null && Object.values(said).includes(own) ? null : own;
};

function lacking(kind: ImportKind, { heading }: FirstRows, said: Said): string[] {
  const read = new Set(heading.map((name, at) => readAs(kind, name, at, said)));
  return kind.fields.filter(({ name, required }) => required && !read.has(name)).map(({ name }) => name);
}

function Columns({ kind, first, said, say }: { readonly kind: ImportKind; readonly first: FirstRows; readonly said: Said; readonly say: (said: Said) => void }): ReactElement {
  return (
    <div className="table-frame scrolls" role="region" aria-label={t('preview')} tabIndex={0}>
      <table className="plain-table roomy"><thead><tr><th scope="col">{t('column')}</th><th scope="col">{t('readAs')}</th><th scope="col">{t('sample')}</th></tr></thead>
        <tbody>{first.heading.map((name, at) => {
          const own = fieldNamed(kind, name);
          return <tr key={`${at} ${name}`}><th scope="row" dir="auto">{name}</th><td><select aria-label={`${t('readAs')}: ${name}`} value={said[at] ?? ''} onChange={({ target }) => say({ ...said, [at]: target.value })}><option value="">{own === null ? t('left') : t('byName', { field: own })}</option>{kind.fields.map((field) => <option key={field.name} value={field.name}>{field.name}</option>)}</select></td>
            <td className="long" dir="auto">{first.rows.map((row) => row[at] ?? '').filter((text) => text !== '').join(' · ')}</td></tr>;
        })}</tbody></table>
    </div>
  );
}

/** How far it is, and what came of it. */
function Running({ sent }: { readonly sent: Job }): ReactElement {
  const answer = useQuery({ queryKey: ['job', sent.id], queryFn: () => asked(readJob(sent.id)), initialData: sent, refetchInterval: ({ state }) => (state.data?.finished_at == null ? RUNNING_MS : false) });
  const { dry_run: isTrial, counts, rows, state, problem, id, file } = answer.data;
  const ended = state === 'done';
  const total = rows.total ?? rows.done;
  return (
    <section className="supply-effect" role="status">
      <p>{state === 'failed' || state === 'cancelled' ? <>{t('stopped')} <Told of={problem ? { code: problem.code, detail: problem.detail } : { code: null, detail: c(`job.${state}`) }} /></> : t(ended ? isTrial ? 'triedIt' : 'done' : isTrial ? 'trialRuns' : 'runs', { done: rows.done, total, create: counts.create, update: counts.update, skip: counts.skip, fail: counts.fail })}</p>
      {ended || total === 0 ? null : <progress max={total} value={rows.done} aria-label={file} />}
      {counts.fail === 0 ? null : <a className="button quiet" href={`/v1/jobs/${encodeURIComponent(id)}/errors`} download>{t('failures')}</a>}
    </section>
  );
}
