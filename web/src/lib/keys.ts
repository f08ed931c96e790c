/** Tells whether a key that is pressed belongs to something else than the page as a whole. */

const TAKES_KEYS =
  "input, textarea, select, [contenteditable=true], [role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

export function isTaken({ target, defaultPrevented, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (defaultPrevented || altKey || ctrlKey || metaKey) return true;
  return target instanceof Element && target.closest(TAKES_KEYS) !== null;
}
