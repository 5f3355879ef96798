import { useState } from 'react';

let isOpen = false;

/** Whether the sheet is open. Another language draws the whole page anew, and leaves the sheet open in which it was chosen. */
export function useHelp(): readonly [open: boolean, set: (open: boolean) => void] {
  const [open, setOpen] = useState(isOpen);
  return [open, (next) => {
    isOpen = next;
    setOpen(next);
  }];
}
