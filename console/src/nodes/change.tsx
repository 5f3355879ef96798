// Pausing, going on, and the few figures that change by hand. Whatever is not shown stays as it is.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useState } from 'react';
import { remarksIn } from '../app/refused.ts';
import { announce } from '../app/voice.ts';
import { Told } from '../refusals/told.tsx';
import { currentTime, viewerZone } from '../time.ts';
import { AskFirst } from '../ui/ask-first.tsx';
import { Link } from '../ui/link.tsx';
import { changeNode, type OrdoNode, pauseUntil } from './api.ts';
import { t } from './words.ts';

interface Props {
  readonly node: OrdoNode;
  readonly close: () => void;
}

/** A change of this node; afterwards it is read again everywhere, and said. */
function useChange<A>(node: OrdoNode, close: () => void, act: (given: A) => Promise<unknown>, told: string) {
  const cache = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: async () => {
    await Promise.all([cache.invalidateQueries({ queryKey: ['node', node.code] }), cache.invalidateQueries({ queryKey: ['nodes'] })]);
    announce(told);
    close();
  } });
}

const Wrong = ({ id, text }: { readonly id: string; readonly text: ReactNode }): ReactElement | null => (text === null ? null : <span id={id} className="said tone-red">{text}</span>);

export function PauseDialog({ node, close }: Props): ReactElement {
  const [local, setLocal] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const change = useChange(node, close, (until: string) => pauseUntil(node.code, until), t('pausedNow', { name: node.name }));
  const go = (): void => {
    const at = Date.parse(local);
    setWrong(Number.isNaN(at) ? t('pauseDate') : at <= currentTime() ? t('untilAhead') : null);
    if (at > currentTime()) change.mutate(new Date(at).toISOString());
  };
  return (
    <AskFirst title={t('pauseTitle', { name: node.name })} act={t('pauseNow')} pending={change.isPending} error={change.error} close={close} go={go}>
      <p>{t('pauseWhy')}</p>
      <div className="rule-field"><label htmlFor="pause-until">{t('pauseUntil')} ({viewerZone()})</label><input id="pause-until" type="datetime-local" value={local} aria-invalid={wrong !== null || undefined} aria-describedby="pause-wrong" onChange={(event) => setLocal(event.target.value)} /><Wrong id="pause-wrong" text={wrong} /></div>
      <p><Link href={`/bad-day?nodes=${encodeURIComponent(node.code)}`}>{t('preview')}</Link></p>
    </AskFirst>
  );
}

export function ResumeDialog({ node, close }: Props): ReactElement {
  const change = useChange(node, close, () => pauseUntil(node.code, null), t('resumedNow', { name: node.name }));
  return <AskFirst title={t('resumeTitle', { name: node.name })} act={t('resume')} pending={change.isPending} error={change.error} close={close} go={() => change.mutate(undefined)}><p>{t('resumeWhy')}</p></AskFirst>;
}

interface Edited {
  readonly status: 'online' | 'offline';
  readonly priority: string;
  readonly cutOff: string;
}

export function EditDialog({ node, close }: Props): ReactElement {
  const general = node.operations.cut_offs.find(({ carrier }) => carrier === null)?.time.slice(0, 5) ?? node.cut_off ?? '';
  const [edited, set] = useState<Edited>({ status: node.status === 'offline' ? 'offline' : 'online', priority: String(node.priority), cutOff: general });
  const [wrong, setWrong] = useState<string | null>(null);
  const change = useChange(node, close, (priority: number) => changeNode(node.code, ({ cut_off: simple, ...body }, { operations }) => {
    const kept = { ...body, status: edited.status, priority, ...(simple === undefined ? {} : { cut_off: simple }) };
    if (edited.cutOff === general) return kept;
    const others = operations.cut_offs.filter(({ carrier }) => carrier !== null);
    // Without one for all the simple cut-off would count again, so it goes too.
    if (edited.cutOff === '') return { ...body, status: edited.status, priority, operations: { ...operations, cut_offs: others } };
    return { ...kept, operations: { ...operations, cut_offs: [...others, { carrier: null, service: null, time: edited.cutOff }] } };
  }), t('saved', { name: node.name }));
  const refused = (pointer: string): ReactElement | null => {
    const remark = remarksIn(change.error).find((one) => one.pointer.startsWith(pointer));
    return remark === undefined ? null : <Told of={remark} as="fault" />;
  };
  const go = (): void => {
    const whole = /^-?\d{1,7}$/.test(edited.priority.trim());
    setWrong(whole ? null : t('mustBeWhole'));
    if (whole) change.mutate(Number(edited.priority));
  };
  return (
    <AskFirst title={t('editTitle', { name: node.name })} act={t('save')} pending={change.isPending} error={change.error} close={close} go={go}>
      <p>{t('editWhy')}</p>
      <div className="rule-fields">
        <span className="rule-field"><label htmlFor="node-status">{t('status')}</label><select id="node-status" value={edited.status} onChange={(event) => set({ ...edited, status: event.target.value === 'offline' ? 'offline' : 'online' })}><option value="online">{t('statusOnline')}</option><option value="offline">{t('statusOffline')}</option></select></span>
        <span className="rule-field"><label htmlFor="node-priority">{t('priorityHow')}</label><input id="node-priority" inputMode="numeric" value={edited.priority} aria-invalid={wrong !== null || undefined} aria-describedby="priority-wrong" onChange={(event) => set({ ...edited, priority: event.target.value })} /><Wrong id="priority-wrong" text={wrong ?? refused('/priority')} /></span>
        <span className="rule-field"><label htmlFor="node-cut-off">{t('cutOffAll')}</label><input id="node-cut-off" type="time" value={edited.cutOff} aria-describedby="cut-off-wrong" onChange={(event) => set({ ...edited, cutOff: event.target.value })} /><Wrong id="cut-off-wrong" text={refused('/operations')} /></span>
      </div>
    </AskFirst>
  );
}
