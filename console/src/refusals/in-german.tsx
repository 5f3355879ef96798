// A refusal in German; it is only loaded where one is shown.
import type { ReactElement } from 'react';
import { BESIDE, fieldName, REFUSED } from './german.ts';
import { English, type ToldProps } from './told.tsx';

export default function InGerman({ of, as }: ToldProps): ReactElement {
  const { code, detail } = of;
  const said = typeof code === 'string' ? REFUSED[code] : undefined;
  if (as === 'fault' || as === 'listed') return <Fault of={of} as={as} />;
  if (said === undefined) return <English>{as === 'title' ? of.title ?? detail : detail}</English>;
  const [title, advice] = said;
  if (as === 'title') return <>{title}</>;
  const field = of.faults?.length === 1 ? fieldName(of.faults[0]?.pointer ?? '') : null;
  return (
    <span className="refusal">
      {as === 'rest' ? null : <><strong>{field === null ? '' : `${field}: `}{title}.</strong> </>}{advice}
      {as === 'grouped' ? null : <span className="refusal-came"><English>{detail}</English></span>}
    </span>
  );
}

function Fault({ of: { code, detail, pointer = '' }, as }: ToldProps): ReactElement {
  const name = fieldName(pointer);
  const said = typeof code === 'string' ? BESIDE[code] ?? REFUSED[code]?.[0] : undefined;
  return (
    <span className="refusal">
      {as === 'fault' ? null : name === null ? <code>{pointer} </code> : <strong>{name}: </strong>}{said === undefined ? null : `${said}.`}
      <span className="refusal-came"><English>{detail}</English></span>
    </span>
  );
}
