// Every report as a card: what it says of the last fortnight, how it went day by day, and what has become of it.
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import { calendarDay, currentTime, viewerZone } from '../time.ts';
import { Link } from '../ui/link.tsx';
import { FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { readReport, readReports, type Report, type ReportAbout } from './api.ts';
import { Sparkline } from './chart.tsx';
import { changeOf, definitionOf, figureKey, figureName, headlineOf, reportName, shown, unitOf, valueOf } from './figures.ts';
import { questionOf, reportUrl, USUAL } from './query.ts';
import { t } from './words.ts';

const REFRESH_MS = 60_000;
const ABOUT_MS = 3_600_000;

export const useAbout = () => useQuery({ queryKey: ['reports'], queryFn: () => asked(readReports()), staleTime: ABOUT_MS });

export default function ReportsPage(): ReactElement {
  const answer = useAbout();
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t('reports'));
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    if (answer.data) announce(t('opened', { count: answer.data.length }));
  }, [answer.data]);
  return (
    <div className="reports" aria-busy={answer.isPending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('reports')}</h1><p className="muted">{t('lead', { zone: viewerZone() })}</p></div>
      {answer.error && !answer.data ? <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} /> : null}
      {answer.data?.length === 0 ? <Notice shape="empty" title={t('none')} /> : null}
      <ul className="report-cards">{(answer.data ?? []).map((about) => <li key={about.code}><Card about={about} /></li>)}</ul>
    </div>
  );
}

function Card({ about }: { readonly about: ReportAbout }): ReactElement {
  const { code } = about;
  const fortnight = { ...USUAL, zone: viewerZone(), last: '14', compare: 'previous' } as const;
  const answer = useQuery({ queryKey: ['report-card', code, fortnight.zone], queryFn: () => asked(readReport(code, questionOf(fortnight, about, currentTime()))), refetchInterval: every(REFRESH_MS) });
  return (
    <section className="card report-card" aria-labelledby={`card-${code}`} aria-busy={answer.isPending || undefined}>
      <h2 id={`card-${code}`}><Link className="number" href={reportUrl(code, about.by === 'now' ? {} : { last: '14', compare: 'previous' })}>{reportName(about)}</Link></h2>
      {answer.data ? <Said about={about} report={answer.data} /> : answer.error ? <FailurePanel failure={failureOf(answer.error)} what={reportName(about)} retry={() => void answer.refetch()} /> : <p className="report-figure"><span className="bone" /></p>}
      <p className="report-what muted">{definitionOf(about)}</p>
    </section>
  );
}

/** Money of several currencies stands side by side and is never added up; the line is that of the first. */
function Said({ about, report }: { readonly about: ReportAbout; readonly report: Report }): ReactElement {
  const name = headlineOf(about);
  const unit = unitOf(about, name);
  const figures = report.total.figures.filter((one) => one.name === name);
  const [first] = figures;
  const { compared } = report;
  return (
    <>
      <div className="report-said">
        <div>
          {figures.length === 0 ? <p className="report-figure">–</p> : figures.map((figure) => {
            const change = compared && changeOf(about.code, name, unit, figure.value, valueOf(compared.total, figureKey(figure)));
            return <p key={figureKey(figure)} className="report-figure"><span>{shown(figure.value, unit, figure.currency)}</span>{change ? <span className={`change tone-${change.tone}`}>{change.text}</span> : null}</p>;
          })}
          <p className="muted report-name">{figureName(name)}</p>
        </div>
        {first === undefined || first.value === null || about.by === 'now' ? null : <Sparkline values={report.series.map((point) => valueOf(point, figureKey(first)))} />}
      </div>
      <p className="muted report-since">{compared ? t('since', { from: calendarDay(compared.from), to: calendarDay(compared.to) }) : t('ofNow')}{report.as_of.at === null ? null : <> · <Time iso={report.as_of.at} as="relative" /></>}</p>
    </>
  );
}
