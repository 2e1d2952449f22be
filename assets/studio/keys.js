// Keyboard shortcuts: each presses what the page has for it, so that a key can do no more than a click.
const sheet = element.querySelector('.cw-help');
const find = (selector) => document.querySelector(selector);
const press = (selector) => () => { const target = find(selector); if (target && !target.disabled) target.click(); };
const tell = (name, detail) => document.dispatchEvent(new CustomEvent('cutaway:' + name, { detail }));

const keys = {
  'mod+z': press('.cw-undo'),
  'mod+shift+z': press('.cw-redo'),
  'mod+y': press('.cw-redo'),
  'mod+s': press('#download'),
  o: press('.cw-stage .cw-file'),
  d: press('.cw-doubting'),
  c: press('.cw-compare-open'),
  b: () => tell('flip'),
  '[': () => tell('neighbour', -1),
  ']': () => tell('neighbour', 1),
  'mod+enter': press('.cw-batch-photo:not([hidden]) .cw-batch-keep'),
  'mod+shift+enter': press('.cw-batch-photo:not([hidden]) .cw-batch-next'),
  '?': () => sheet.showModal(),
};

function name(event) {
  const mod = event.ctrlKey || event.metaKey ? 'mod+' : '';
  const shift = event.shiftKey && mod ? 'shift+' : '';
  return mod + shift + event.key.toLowerCase();
}

const typing = (target) => target.closest && target.closest('input:not([type=range]):not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]');

document.addEventListener('keydown', (event) => {
  const action = keys[name(event)];
  if (!action || event.defaultPrevented || event.altKey || typing(event.target) || find('dialog[open]')) return;
  event.preventDefault();
  action();
});
element.querySelector('.cw-help-open').addEventListener('click', () => sheet.showModal());
element.querySelector('.cw-help-close').addEventListener('click', () => sheet.close());
sheet.addEventListener('click', (event) => { if (event.target === sheet) sheet.close(); });

// Gradio takes a slider for released when the pointer lifts: here it does once the keys that moved it rest.
const RESTED = 300; // milliseconds
let resting = 0;
document.addEventListener('input', (event) => {
  const slider = event.target;
  if (slider.type !== 'range' || !slider.matches(':focus-visible') || !slider.closest('#side')) return;
  clearTimeout(resting);
  resting = setTimeout(() => slider.dispatchEvent(new PointerEvent('pointerup', { bubbles: true })), RESTED);
});
