// Which nodes close, until when and why. It answers with a preview; nothing closes by it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useNow } from '../ui/time.tsx';
import { ActFailed } from '../ui/notice.tsx';
import { type OrdoNode, previewClosure } from './api.ts';
import { t } from './bad-day-words.ts';
import { isClosed } from './cut-off.ts';
import { badDayUrl } from './query.ts';
import { isPast, UntilField, untilOf } from './until.tsx';

export function CloseForm({ nodes }: { readonly nodes: readonly OrdoNode[] }): ReactElement {
  const { history } = useRouter();
  const cache = useQueryClient();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const [accepted, setAccepted] = useState(false);
  const [isEmpty, setEmpty] = useState(false);
  const asking = useMutation({
    mutationFn: () => {
      const at = untilOf(until);
      return asked(previewClosure({ nodes: [...codes], reason, include_accepted: accepted, ...(at === null ? {} : { until: new Date(at).toISOString() }) }));
    },
    onSuccess: (closure) => {
      cache.setQueryData(['closure', closure.id], closure);
      history.push(badDayUrl({ closure: closure.id }));
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['closures'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setEmpty(codes.length === 0);
    if (codes.length > 0 && !isPast(until) && !asking.isPending) asking.mutate();
  };
  return (
    <section className="card" aria-labelledby="close-title">
      <div className="card-head"><h2 id="close-title">{t('close')}</h2><span className="muted">{t('closeHow')}</span></div>
      {nodes.length === 0 ? <p className="muted">{t('none')}</p> : (
        <form className="ask-form" onSubmit={submit} aria-busy={asking.isPending || undefined}>
          <NodePicker nodes={nodes} chosen={codes} choose={(next) => { setCodes(next); setEmpty(false); }} />
          {isEmpty ? <p role="alert" className="d-failed">{t('chooseOne')}</p> : null}
          <div className="close-fields">
            <div className="field"><label htmlFor="close-reason">{t('reason')}</label><input id="close-reason" required maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} aria-describedby="close-reason-how" /><p className="muted hint" id="close-reason-how">{t('reasonHow')}</p></div>
            <UntilField id="close-until" value={until} changed={setUntil} />
          </div>
          <label className="tick"><input type="checkbox" checked={accepted} onChange={(event) => setAccepted(event.target.checked)} />{t('includeAccepted')}</label>
          <div className="form-actions"><button type="submit" className="button primary" aria-busy={asking.isPending || undefined}>{asking.isPending ? t('previewing') : t('preview')}</button></div>
          {asking.error ? <ActFailed failure={failureOf(asking.error)} what={t('preview')} retry={() => asking.mutate()} /> : null}
        </form>)}
    </section>
  );
}

interface PickerProps {
  readonly nodes: readonly OrdoNode[];
  readonly chosen: readonly string[];
  readonly choose: (codes: readonly string[]) => void;
}

/** With more nodes than fit a glance, a field finds them. */
const MANY = 12;

function NodePicker({ nodes, chosen, choose }: PickerProps): ReactElement {
  const [text, setText] = useState('');
  const now = useNow();
  const wanted = text.trim().toLowerCase();
  const found = nodes.filter(({ code, name }) => wanted === '' || code.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted));
  const toggle = (code: string): void => choose(chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code]);
  return (
    <fieldset className="node-picker">
      <legend>{t('which')}</legend>
      {nodes.length > MANY ? <div className="field"><label htmlFor="close-find">{t('find')}</label><input id="close-find" type="search" value={text} onChange={(event) => setText(event.target.value)} /></div> : null}
      <div className="node-ticks">
        {found.map((node) => <label key={node.code} className="tick"><input type="checkbox" checked={chosen.includes(node.code)} onChange={() => toggle(node.code)} />{node.name}{isClosed(node, now) ? <span className="muted">({t('closedNow')})</span> : null}</label>)}
        {found.length === 0 ? <p className="muted">{t('noNode')}</p> : null}
      </div>
    </fieldset>
  );
}
