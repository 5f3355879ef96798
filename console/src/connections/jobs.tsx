// Files that come in, and those that came.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, cache, every } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { count } from '../numbers.ts';
import { Told } from '../refusals/told.tsx';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { Act, PlainTable } from '../ui/plain-table.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { type Job, readJobs, stopJob } from './api.ts';
import { ImportForm } from './import-form.tsx';
import { type ConnectionsView, connectionsUrl } from './query.ts';
import { t } from './words.ts';

const REFRESH_MS = 4_000;
const LOOKS: Readonly<Record<Job['state'], Omit<Look, 'word'>>> = {
  receiving: { tone: 'blue', glyph: 'empty' }, waiting: { tone: 'blue', glyph: 'empty' }, running: { tone: 'blue', glyph: 'half' }, done: { tone: 'green', glyph: 'full' }, failed: { tone: 'red', glyph: 'alert' }, cancelled: { tone: 'neutral', glyph: 'cross' },
};

export function Jobs({ view: { cursor } }: { readonly view: ConnectionsView }): ReactElement {
  const answer = useQuery({ queryKey: ['jobs', cursor], queryFn: () => asked(readJobs(cursor)), refetchInterval: every(REFRESH_MS), placeholderData: keepPreviousData });
  const may = useMay();
  const row = (one: Job): ReactElement => (
    <tr key={one.id}>
      <th scope="row">{one.file}<div className="muted">{one.kind}{one.dry_run ? `, ${t('dryRun')}` : ''}</div></th><td><Chip look={{ word: t(`job.${one.state}`), ...LOOKS[one.state] }} />{one.problem === null ? null : <div className="muted"><Told of={one.problem} /></div>}</td>
      <td><Rows job={one} /></td><td>{count(one.counts.create)} {t('madeRows')}, {count(one.counts.update)} {t('updated')}, {count(one.counts.skip)} {t('skipped')}, {count(one.counts.fail)} {t('failed')}</td><td><Time iso={one.created_at} as="relative" /></td>
      <td className="row-actions">{one.counts.fail === 0 ? null : <a className="button quiet" href={`/v1/jobs/${encodeURIComponent(one.id)}/errors`} download aria-label={`${t('errors')}: ${one.file}`}>{t('errors')}</a>}
        {!may('jobs:write') || one.finished_at !== null ? null : <Act label={t('cancel')} of={one.file} run={async () => {
          await asked(stopJob(one.id));
          void cache.invalidateQueries({ queryKey: ['jobs'] });
          return '';
        }} />}</td>
    </tr>
  );
  return (
    <>
      <ImportForm />
      <PlainTable label={t('tab.jobs')} answer={{ ...answer, data: answer.data?.rows }} columns={[t('file'), t('state'), t('rows'), t('job'), t('created'), '']} row={row} empty={<Notice shape="empty" title={t('noJobs')}><p>{t('noJobsHow')}</p><Copyable text="npx ordo import --help" /></Notice>} />
      {answer.data === undefined ? null : <Pager shown={answer.data.rows.length} cursor={cursor} next={answer.data.next} url={(at) => connectionsUrl('jobs', { cursor: at })} />}
    </>
  );
}

function Rows({ job: { rows, seconds_left: left } }: { readonly job: Job }): ReactElement {
  if (rows.total === null || rows.total === 0) return <>{count(rows.done)}</>;
  return <><progress max={rows.total} value={rows.done} aria-label={t('rows')} /> {count(rows.done)}/{count(rows.total)}{left === null ? '' : `, ${t('left', { seconds: Math.ceil(left) })}`}</>;
}
