// The numbers behind the chart. Each leads to the orders that make it, where the list of orders can show just these.
import type { ReactElement } from 'react';
import type { Facts } from '../facts.ts';
import { Link } from '../ui/link.tsx';
import type { Report, ReportAbout, ReportPoint } from './api.ts';
import { changeOf, figureKey, figureTitle, ordersBehind, pointName, shown, unitOf, valueOf } from './figures.ts';
import { t } from './words.ts';

interface Props {
  readonly about: ReportAbout;
  readonly report: Report;
  readonly facts: Facts;
}

/** Every figure that any point has, in the order of the report; currencies stand beside one another. */
export function figureKeys({ figures }: ReportAbout, { series, total }: Report): string[] {
  const known = new Set([total, ...series].flatMap((point) => point.figures.map(figureKey)));
  return [...known].toSorted((a, b) => place(figures, a) - place(figures, b) || (a < b ? -1 : 1));
}
const place = (figures: ReportAbout['figures'], key: string): number => figures.findIndex(({ name }) => name === key.split(' ')[0]);

export function NumbersTable({ about, report, facts }: Props): ReactElement {
  const keys = figureKeys(about, report);
  const { compared } = report;
  const head = report.group_by === null ? t('age') : t(`group.${report.group_by}`);
  return (
    <div className="numbers-frame" tabIndex={0} role="region" aria-label={t('table')}>
      <table className="numbers">
        <thead><tr><th scope="col">{head}</th>{keys.map((key) => <th key={key} scope="col" className="amount">{figureTitle(key)}</th>)}</tr></thead>
        <tbody>{report.series.map((point) => <Row key={point.key} about={about} report={report} facts={facts} point={point} keys={keys} />)}</tbody>
        <tfoot>
          <Row about={about} report={report} facts={facts} point={report.total} keys={keys} />
          {compared ? <Before about={about} total={report.total} before={compared.total} keys={keys} /> : null}
        </tfoot>
      </table>
    </div>
  );
}

function Row({ about, report, facts, point, keys }: Props & { readonly point: ReportPoint; readonly keys: readonly string[] }): ReactElement {
  const name = pointName(point.key, report.group_by, facts);
  return (
    <tr>
      <th scope="row">{name}</th>
      {keys.map((key) => {
        const [figure = '', currency = null] = key.split(' ');
        const unit = unitOf(about, figure);
        const value = valueOf(point, key);
        const text = shown(value, unit, currency);
        const href = value === null || value === 0 ? null : ordersBehind(about, point, figure, unit, report.zone);
        return <td key={key} className="amount">{href === null ? text : <Link className="amount-link" href={href} aria-label={t('ordersOf', { value: text, figure: figureTitle(key), point: name })}>{text}</Link>}</td>;
      })}
    </tr>
  );
}

function Before({ about, total, before, keys }: { readonly about: ReportAbout; readonly total: ReportPoint; readonly before: ReportPoint; readonly keys: readonly string[] }): ReactElement {
  return (
    <tr className="muted"><th scope="row">{t('earlier')}</th>{keys.map((key) => {
      const [figure = '', currency = null] = key.split(' ');
      const unit = unitOf(about, figure);
      const change = changeOf(about.code, figure, unit, valueOf(total, key), valueOf(before, key));
      return <td key={key} className="amount">{shown(valueOf(before, key), unit, currency)}{change === null ? null : <span className={`change tone-${change.tone}`}> {change.text}</span>}</td>;
    })}</tr>
  );
}
