import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { asked, cache, every } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { count } from '../numbers.ts';
import { Told } from '../refusals/told.tsx';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Notice } from '../ui/notice.tsx';
import { Act, PlainTable } from '../ui/plain-table.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { type Job, readDeliveries, readJobs, readWebhooks, redeliver, sendTest, stopJob, type Webhook, type WebhookDelivery } from './api.ts';
import { ImportForm } from './import-form.tsx';
import { t } from './words.ts';

const REFRESH_MS = 4_000;
const WEBHOOK_LOOKS: Readonly<Record<Webhook['status'], Omit<Look, 'word'>>> = { active: { tone: 'green', glyph: 'full' }, paused: { tone: 'neutral', glyph: 'slash' }, disabled: { tone: 'red', glyph: 'alert' } };
const DELIVERY_LOOKS: Readonly<Record<WebhookDelivery['state'], Omit<Look, 'word'>>> = { pending: { tone: 'blue', glyph: 'third' }, delivered: { tone: 'green', glyph: 'full' }, dead: { tone: 'red', glyph: 'alert' }, withdrawn: { tone: 'neutral', glyph: 'slash' } };
const JOB_LOOKS: Readonly<Record<Job['state'], Omit<Look, 'word'>>> = {
  receiving: { tone: 'blue', glyph: 'empty' }, waiting: { tone: 'blue', glyph: 'empty' }, running: { tone: 'blue', glyph: 'half' }, done: { tone: 'green', glyph: 'full' }, failed: { tone: 'red', glyph: 'alert' }, cancelled: { tone: 'neutral', glyph: 'cross' },
};

export function Webhooks(): ReactElement {
  const answer = useQuery({ queryKey: ['webhooks'], queryFn: () => asked(readWebhooks()), refetchInterval: every(REFRESH_MS) });
  const [open, setOpen] = useState<string | null>(null);
  const may = useMay();
  const row = (one: Webhook): ReactElement => (
    <tr key={one.id}>
      <th scope="row" className="long">{one.url}<div className="muted">{one.description}</div></th><td><Chip look={{ word: t(`webhook.${one.status}`), ...WEBHOOK_LOOKS[one.status] }} />{one.status_reason === null ? null : <div className="muted" lang="en">{one.status_reason}</div>}</td>
      <td className="long">{one.types === null ? t('allTypes') : one.types.join(', ')}</td>
      <td className="row-actions"><button type="button" className="button quiet" aria-expanded={open === one.id} aria-label={`${t(open === one.id ? 'hideDeliveries' : 'deliveries')}: ${one.url}`} onClick={() => setOpen(open === one.id ? null : one.id)}>{t(open === one.id ? 'hideDeliveries' : 'deliveries')}</button>
        {may('webhooks:write') ? <Act label={t('test')} of={one.url} run={async () => {
          await asked(sendTest(one.id));
          setOpen(one.id);
          return t('tested');
        }} /> : null}</td>
    </tr>
  );
  return (
    <>
      <PlainTable label={t('tab.webhooks')} answer={answer} columns={[t('url'), t('state'), t('types'), '']} row={row} empty={<Notice shape="empty" title={t('noWebhooks')}><p>{t('noWebhooksHow')}</p><Copyable text="npx ordo webhooks create --help" /></Notice>} />
      {open === null ? null : <Deliveries webhook={open} />}
    </>
  );
}

/** Every attempt with its answer and how long it took. */
function Deliveries({ webhook }: { readonly webhook: string }): ReactElement {
  const answer = useQuery({ queryKey: ['deliveries', webhook], queryFn: () => asked(readDeliveries(webhook)), refetchInterval: every(REFRESH_MS) });
  const may = useMay();
  const row = (one: WebhookDelivery): ReactElement => (
    <tr key={one.id}>
      <th scope="row">{one.type}<div className="mono code">{one.id}</div></th><td><Chip look={{ word: t(`delivery.${one.state}`), ...DELIVERY_LOOKS[one.state] }} />{one.withdrawn_with === null ? null : <div className="muted">{t('withdrawnWhy')} <span className="mono code">{one.withdrawn_with}</span></div>}</td><td><Time iso={one.created_at} as="relative" /></td>
      <td>{one.next_attempt_at === null ? '–' : <Time iso={one.next_attempt_at} as="relative" />}</td><td className="long"><details><summary>{t('tries')}: {one.attempts.length}</summary><pre className="mono" tabIndex={0}>{JSON.stringify(one.attempts, null, 2)}</pre></details></td>
      <td>{may('webhooks:write') ? <Act label={t('redeliver')} of={one.id} run={async () => {
        await asked(redeliver(one.id));
        void cache.invalidateQueries({ queryKey: ['deliveries'] });
        return t('redelivered');
      }} /> : null}</td>
    </tr>
  );
  return <section className="below"><h2>{t('deliveries')}</h2><PlainTable label={t('deliveries')} answer={answer} columns={[t('types'), t('state'), t('created'), t('next'), t('tries'), '']} row={row} empty={<p className="muted">{t('noDeliveries')}</p>} /></section>;
}

export function Jobs(): ReactElement {
  const answer = useQuery({ queryKey: ['jobs'], queryFn: () => asked(readJobs()), refetchInterval: every(REFRESH_MS) });
  const may = useMay();
  const row = (one: Job): ReactElement => (
    <tr key={one.id}>
      <th scope="row">{one.file}<div className="muted">{one.kind}{one.dry_run ? `, ${t('dryRun')}` : ''}</div></th><td><Chip look={{ word: t(`job.${one.state}`), ...JOB_LOOKS[one.state] }} />{one.problem === null ? null : <div className="muted"><Told of={one.problem} /></div>}</td>
      <td><Rows job={one} /></td><td>{count(one.counts.create)} {t('madeRows')}, {count(one.counts.update)} {t('updated')}, {count(one.counts.skip)} {t('skipped')}, {count(one.counts.fail)} {t('failed')}</td><td><Time iso={one.created_at} as="relative" /></td>
      <td className="row-actions">{one.counts.fail === 0 ? null : <a className="button quiet" href={`/v1/jobs/${encodeURIComponent(one.id)}/errors`} download aria-label={`${t('errors')}: ${one.file}`}>{t('errors')}</a>}
        {!may('jobs:write') || one.finished_at !== null ? null : <Act label={t('cancel')} of={one.file} run={async () => {
          await asked(stopJob(one.id));
          void cache.invalidateQueries({ queryKey: ['jobs'] });
          return '';
        }} />}</td>
    </tr>
  );
  return <><ImportForm /><PlainTable label={t('tab.jobs')} answer={answer} columns={[t('file'), t('state'), t('rows'), t('job'), t('created'), '']} row={row} empty={<Notice shape="empty" title={t('noJobs')}><p>{t('noJobsHow')}</p><Copyable text="npx ordo import --help" /></Notice>} /></>;
}

function Rows({ job: { rows, seconds_left: left } }: { readonly job: Job }): ReactElement {
  if (rows.total === null || rows.total === 0) return <>{count(rows.done)}</>;
  return <><progress max={rows.total} value={rows.done} aria-label={t('rows')} /> {count(rows.done)}/{count(rows.total)}{left === null ? '' : `, ${t('left', { seconds: Math.ceil(left) })}`}</>;
}
