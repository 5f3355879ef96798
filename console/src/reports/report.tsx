// One report: what it says in words, drawn, and as the numbers behind the drawing.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocation, useParams, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, every, failureOf, refusalOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useKeys } from '../app/keys.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import { type Refusal, Told } from '../refusals/told.tsx';
import { calendarDay, currentTime } from '../time.ts';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { readReport, readTable, type Report, type ReportAbout, type ReportQuestion } from './api.ts';
import { Chart, type ChartPoint } from './chart.tsx';
import { Controls } from './controls.tsx';
import { brief, changeOf, definitionOf, figureTitle, headlineOf, meaningOf, ordersBehind, pointName, reportName, shown, unitOf, valueOf, whyNoOrders } from './figures.ts';
import { useAbout } from './page.tsx';
import { dayIn, parseReport, questionOf, type ReportView, reportUrl } from './query.ts';
import { Schedules } from './schedules.tsx';
import { figureKeys, NumbersTable } from './table.tsx';
import { t } from './words.ts';

const REFRESH_MS = 60_000;

export default function ReportPage(): ReactElement {
  const { code = '' } = useParams({ strict: false });
  const { history } = useRouter();
  const abouts = useAbout();
  const about = abouts.data?.find((one) => one.code === code);
  const content = useRef<HTMLDivElement>(null);
  useTitle(about ? reportName(about) : t('reports'));
  useKeys({ u: () => history.push('/reports') });
  useEffect(() => void content.current?.querySelector('h1')?.focus({ preventScroll: true }), [about !== undefined, abouts.isError]);
  return (
    <div className="report" ref={content}>
      <nav className="crumbs" aria-label={t('place')}><Link className="button quiet" href="/reports">{t('back')}</Link></nav>
      {about ? <Body about={about} /> : abouts.isPending ? <h1 tabIndex={-1}>{t('reports')}</h1> : (
        <><h1 tabIndex={-1} className="visually-hidden">{t('reports')}</h1>
          {abouts.error && !abouts.data ? <FailurePage failure={failureOf(abouts.error)} retry={() => void abouts.refetch()} /> : <Notice shape="cross" title={t('noSuch')}><p>{t('noSuchWhy', { code })}</p><Link className="button" href="/reports">{t('toReports')}</Link></Notice>}</>)}
    </div>
  );
}

function Body({ about }: { readonly about: ReportAbout }): ReactElement {
  const { searchStr } = useLocation();
  const facts = useFacts();
  const view = parseReport(searchStr);
  const question = questionOf(view, about, currentTime());
  const answer = useQuery({ queryKey: ['report', about.code, question], queryFn: () => asked(readReport(about.code, question)), placeholderData: keepPreviousData, refetchInterval: every(REFRESH_MS) });
  const report = answer.data?.code === about.code ? answer.data : undefined;
  const failure = answer.error && (!report || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  const keys = report ? figureKeys(about, report) : [];
  const figure = keys.includes(view.figure) ? view.figure : (keys.find((key) => key.split(' ')[0] === headlineOf(about)) ?? keys[0] ?? headlineOf(about));
  const look = view.look || (question.group_by === 'channel' || question.group_by === 'node' || about.by === 'now' ? 'bars' : 'line');
  return (
    <>
      <header className="report-head">
        <h1 tabIndex={-1}>{reportName(about)}</h1><p className="report-definition">{definitionOf(about)}</p>
        <details className="report-help"><summary>{t('formula')}</summary><p><code>{about.formula}</code></p><h3>{t('means')}</h3>
          <dl>{about.figures.map((one) => <div key={one.name}><dt>{figureTitle(one.name)}</dt><dd>{meaningOf(about, one)}</dd></div>)}</dl></details>
      </header>
      <Controls about={about} view={view} facts={facts} figures={keys.map((key) => [key, figureTitle(key)])} figure={figure} look={look} />
      {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} /> : null}
      <div className="report-body" aria-busy={answer.isFetching && answer.isPlaceholderData || undefined}>
        {report && !failure ? keys.length === 0 || report.series.length === 0 ? <Nothing about={about} view={view} /> : <Drawn about={about} report={report} facts={facts} figure={figure} look={look} question={question} /> : null}
      </div>
      <Schedules about={about} view={view} />
    </>
  );
}

function Nothing({ about, view }: { readonly about: ReportAbout; readonly view: ReportView }): ReactElement {
  const filtered = view.channel !== '' || view.node !== '';
  return <Notice shape={filtered ? 'dashed' : 'empty'} title={t('nothing')}><p>{t('nothingWhy')}</p>{filtered ? <Link className="button" href={reportUrl(about.code, { ...view, channel: '', node: '' })}>{t('clearFilters')}</Link> : null}</Notice>;
}

interface DrawnProps {
  readonly about: ReportAbout;
  readonly report: Report;
  readonly facts: Facts;
  readonly figure: string;
  readonly look: 'line' | 'bars';
  readonly question: ReportQuestion;
}

function Drawn({ about, report, facts, figure, look, question }: DrawnProps): ReactElement {
  const [place, setPlace] = useState<number | null>(null);
  const { history } = useRouter();
  const [name = '', currency = null] = figure.split(' ');
  const unit = unitOf(about, name);
  const isTime = report.group_by === 'day' || report.group_by === 'week';
  const write = (value: number | null): string => shown(value, unit, currency);
  const points = report.series.map((point, index): ChartPoint => {
    const before = report.compared ? ((isTime ? report.compared.series[index] : report.compared.series.find(({ key }) => key === point.key)) ?? null) : null;
    const [value, earlier] = [valueOf(point, figure), before && valueOf(before, figure)];
    const said = pointName(point.key, report.group_by, facts);
    return { name: said, value, before: earlier, text: before === null ? t('point', { point: said, value: write(value) }) : t('pointBefore', { point: said, value: write(value), before: write(earlier) }) };
  });
  const at = Math.min(place ?? points.length - 1, points.length - 1);
  const point = report.series[at];
  const href = point ? ordersBehind(about, point, name, unit, report.zone) : null;
  const group = report.group_by === null ? t('age') : t(`group.${report.group_by}`);
  const change = report.compared && changeOf(about.code, name, unit, valueOf(report.total, figure), valueOf(report.compared.total, figure));
  return (
    <>
      <section className="card report-drawn">
        <div className="report-sum"><p className="report-figure"><span>{write(valueOf(report.total, figure))}</span>{change ? <span className={`change tone-${change.tone}`}>{change.text}</span> : null}</p>
          <p className="muted">{figureTitle(figure)}{report.compared ? ` · ${t('since', { from: calendarDay(report.compared.from), to: calendarDay(report.compared.to) })}` : ''}{question.to === dayIn(report.zone, currentTime()) ? ` · ${t('todayOpen')}` : ''}</p></div>
        <Chart points={points} look={look} label={`${t('chart', { figure: figureTitle(figure), group })}. ${t('chartHelp')}`} axis={(value) => brief(value, unit, currency)} at={at} go={setPlace} open={() => href !== null && history.push(href)} />
        <p className="chart-says">{points[at]?.text}{href === null ? null : <> · <Link href={href}>{t('orders')}</Link></>}</p>
      </section>
      <Foot about={about} report={report} question={question} />
      <details className="card report-table" open><summary><h2>{t('table')}</h2></summary><NumbersTable about={about} report={report} facts={facts} />
        {report.total.orders_query === undefined && about.orders_query_note !== null ? <p className="muted">{t('noOrders', { why: whyNoOrders(about) })}</p> : about.by === 'now' ? <p className="muted">{t('noAges')}</p> : null}</details>
    </>
  );
}

function Foot({ about, report: { as_of: asOf, zone }, question }: { readonly about: ReportAbout; readonly report: Report; readonly question: ReportQuestion }): ReactElement {
  const [trouble, setTrouble] = useState<Refusal | null>(null);
  const keep = async (): Promise<void> => {
    const result = await readTable(about.code, question);
    if (!result.ok) return setTrouble(refusalOf(result.failure));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([result.value], { type: 'text/csv' }));
    link.download = `${about.code}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
    setTrouble(null);
    announce(t('csvDone'));
  };
  return (
    <div className="report-foot">
      <p className="muted">{asOf.at === null ? t('notYet') : <>{t('asOf', { time: '' })}<Time iso={asOf.at} as="both" /></>}{asOf.behind > 0 ? ` · ${t('behind', { count: asOf.behind })}` : ''}{asOf.rebuilt_orders === null ? '' : ` · ${t('rebuilt', { count: asOf.rebuilt_orders })}`} · {t('zoneSays', { zone })}</p>
      <button type="button" className="button" onClick={() => void keep()}>{t('csv')}</button>
      {trouble === null ? null : <p role="alert" className="field-wrong">{t('csvFailed')} <Told of={trouble} /></p>}
    </div>
  );
}
