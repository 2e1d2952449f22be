// Keys of the review, in the grid and in the large view alike.
import { by, element } from './elements.js';
import { words } from './words.js';

const KEYS = {
  j: 'next', ArrowRight: 'next', k: 'previous', ArrowLeft: 'previous', ArrowDown: 'below', ArrowUp: 'above',
  Home: 'first', End: 'last', Enter: 'open', a: 'accept', x: 'exclude', u: 'clear', r: 'redo', t: 'touch', s: 'select', v: 'result', z: 'zoom',
  Escape: 'unselect', '?': 'help',
};
const SHOWN = [
  ['← ↑ ↓ →, J, K', 'key_move'], ['Home, End', 'key_ends'], ['Enter', 'key_open'], ['A', 'accept'], ['X', 'exclude'], ['U', 'clear'], ['R', 'redo'],
  ['T', 'touch'], ['Space', 'key_before'], ['S', 'key_select'], ['Shift ← ↑ ↓ →', 'key_extend'], ['Ctrl A', 'key_all'], ['Esc', 'unselect'],
  ['Ctrl Z', 'take_back'], ['V', 'key_result'], ['Z', 'key_zoom'], ['?', 'shortcuts'],
];

const REPEATED = ['next', 'previous', 'above', 'below'].flatMap((way) => [way, `extend_${way}`]);

const presses = (target) => target.closest('button, a, summary, input');
const writes = (target) => target.closest('input:not([type=checkbox]), select, textarea, [contenteditable]');

const shown = (keys) => element('dt', {}, ...keys.split(', ').flatMap((key) => [element('kbd', { textContent: key }), ' ']));

/** @param acts functions by what keys do; @param here whether keys are about photos now */
export function start(acts, here) {
  by('help-keys').append(...SHOWN.map(([keys, name]) => element('div', {}, shown(keys), element('dd', { textContent: words[name] }))));
  document.addEventListener('keydown', (event) => {
    const what = meaning(event);
    if (event.defaultPrevented || !what || writes(event.target) || (what !== 'help' && !here())) return;
    if (what === 'open' && presses(event.target) && !event.target.closest('.card')) return;
    if (what === 'before' && presses(event.target) && !event.target.closest('.open')) return;
    if (event.key.startsWith('Arrow') && acts.pans()) return; // the browser moves what is zoomed
    if (what === 'unselect' && event.target.closest('dialog')) return;
    event.preventDefault();
    if (!event.repeat || REPEATED.includes(what)) acts[what]?.();
  });
  document.addEventListener('keyup', (event) => { if (event.key === ' ' && here()) acts.after(); });
  addEventListener('blur', () => acts.after()); // the key is let go of elsewhere
}

function meaning(event) {
  const { key } = event, command = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  if (command) return { a: 'all', z: 'back' }[key.toLowerCase()] ?? null;
  if (key === ' ') return 'before';
  if (event.shiftKey && key.startsWith('Arrow')) return `extend_${KEYS[key]}`;
  return KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}
