// A table of some hundred rows at most: a head, rows, and what stands there while there are none.
import { type ReactElement, type ReactNode, useRef, useState } from 'react';
import { failureOf, refusalOf } from '../app/ask.ts';
import { type Refusal, Told } from '../refusals/told.tsx';
import { FailurePage } from './notice.tsx';

interface Props<T> {
  readonly label: string;
  readonly answer: { readonly data: readonly T[] | undefined; readonly error: unknown; readonly isPending: boolean; readonly refetch: () => unknown };
  /** The head of a column before the others, for choosing rows. */
  readonly lead?: ReactElement | undefined;
  /** Titles of the columns; an empty one is for what can be done. */
  readonly columns: readonly string[];
  /** Those of them under which numbers stand: a title stands where its numbers do. */
  readonly figures?: readonly string[];
  readonly row: (one: T) => ReactElement;
  readonly empty: ReactNode;
}

export function PlainTable<T>({ label, answer, lead, columns, figures = [], row, empty }: Props<T>): ReactElement {
  if (answer.error && answer.data === undefined) return <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} />;
  if (answer.data?.length === 0) return <>{empty}</>;
  return (
    <div className="table-frame scrolls" aria-busy={answer.isPending || undefined} tabIndex={0} role="region" aria-label={label}>
      <table className="plain-table roomy" aria-label={label}>
        <thead><tr>{lead}{columns.map((title, at) => (title === '' ? <td key={at} /> : <th key={title} scope="col" className={figures.includes(title) ? 'figure' : undefined}>{title}</th>))}</tr></thead>
        <tbody>{answer.data?.map(row)}</tbody>
      </table>
    </div>
  );
}

interface ActProps {
  readonly label: string;
  /** What it is done to: several buttons of one name are told apart by it. */
  readonly of: string;
  readonly run: () => Promise<string>;
}

/** A button that does something to a row, and says beside itself what came of it. */
export function Act({ label, of, run }: ActProps): ReactElement {
  const [told, setTold] = useState<Refusal | string>('');
  const busy = useRef(false);
  const act = async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    setTold(await run().catch((error: unknown) => refusalOf(failureOf(error))));
    busy.current = false;
  };
  return <><button type="button" className="button quiet" aria-label={`${label}: ${of}`} onClick={() => void act()}>{label}</button><span role="status" className="muted told">{typeof told === 'string' ? told : <Told of={told} />}</span></>;
}
