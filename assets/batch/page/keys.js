// Keys of the review, in the grid and in the large view alike.
import { words } from './words.js';

const KEYS = {
  j: 'next', ArrowRight: 'next', k: 'previous', ArrowLeft: 'previous', ArrowDown: 'below', ArrowUp: 'above',
  Enter: 'open', a: 'accept', x: 'exclude', u: 'clear', r: 'redo', t: 'touch', s: 'select', z: 'zoom', '?': 'help',
};
const SHOWN = [
  ['← ↑ ↓ →, J, K', 'key_move'], ['Enter', 'key_open'], ['A', 'accept'], ['X', 'exclude'], ['U', 'clear'], ['R', 'redo'],
  ['T', 'touch'], ['Space', 'key_before'], ['S', 'key_select'], ['Shift ← →', 'key_extend'], ['Ctrl A', 'key_all'],
  ['Ctrl Z', 'take_back'], ['Z', 'key_zoom'], ['?', 'shortcuts'],
];

const writes = (target) => target.closest('input:not([type=checkbox]), select, textarea, [contenteditable]');

/** @param acts functions by what keys do; @param here whether keys are about photos now */
export function start(acts, here) {
  document.getElementById('help-keys').append(...SHOWN.map(([keys, name]) => {
    const row = document.createElement('div');
    row.append(...keys.split(', ').reduce((found, one, at) => {
      if (at) found[0].append(' ');
      found[0].append(Object.assign(document.createElement('kbd'), { textContent: one }));
      return found;
    }, [document.createElement('dt')]), Object.assign(document.createElement('dd'), { textContent: words[name] }));
    return row;
  }));
  document.addEventListener('keydown', (event) => {
    const what = meaning(event);
    if (!what || writes(event.target) || (what !== 'help' && !here())) return;
    if (what === 'open' && event.target.closest('button, a, summary') && !event.target.closest('.card')) return;
    if (what === 'before' && event.target.closest('button, a, summary, input') && !event.target.closest('.open')) return;
    event.preventDefault();
    if (!event.repeat || ['next', 'previous', 'above', 'below', 'extend_next', 'extend_previous'].includes(what)) acts[what]?.();
  });
  document.addEventListener('keyup', (event) => { if (event.key === ' ' && here()) acts.after(); });
}

function meaning(event) {
  const { key } = event, command = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  if (command) return { a: 'all', z: 'back' }[key.toLowerCase()] ?? null;
  if (key === ' ') return 'before';
  if (event.shiftKey && ['ArrowRight', 'ArrowDown'].includes(key)) return 'extend_next';
  if (event.shiftKey && ['ArrowLeft', 'ArrowUp'].includes(key)) return 'extend_previous';
  return KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}
