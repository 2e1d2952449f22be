// One photo, large.
import { percent, say, why, words } from './words.js';
import { find, state } from './state.js';

const dialog = document.getElementById('large');
const look = document.getElementById('large-look');
const by = (id) => document.getElementById(id);

export const isOpen = () => dialog.open;

export function start(closed) {
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', closed);
  by('large-after').addEventListener('click', zoom);
  by('large-before').addEventListener('click', zoom);
}

/** Zoom to the picture's own pixels where it was clicked, or back to the whole. */
export function zoom(event) {
  const { width, height } = look.getBoundingClientRect();
  const [across, down] = event ? [event.offsetX / width, event.offsetY / height] : [0.5, 0.5];
  if (look.classList.toggle('is-zoomed')) {
    look.scrollLeft = across * look.scrollWidth - width / 2;
    look.scrollTop = down * look.scrollHeight - height / 2;
  }
}

export function before(shown) {
  look.classList.toggle('is-before', shown);
  dialog.querySelector('[data-do=before]').setAttribute('aria-pressed', String(shown));
}

export const showsBefore = () => look.classList.contains('is-before');

/** Show the active photo. */
export function show() {
  const item = find(state.active);
  if (!item) return;
  const [result] = item.results;
  by('large-title').textContent = item.file;
  look.classList.remove('is-zoomed');
  before(false);
  source(by('large-after'), result?.files[0], result?.thumb);
  source(by('large-before'), item.photo, item.before);
  const told = [item.error?.text, result && percent(item.score), item.decision && words[item.decision], ...item.broken, ...item.reasons.map(why)];
  by('large-told').textContent = told.filter(Boolean).join(' · ');
  by('large-files').replaceChildren(...item.results.flatMap((one) => one.files.map((address) => link(one, address))));
  if (!dialog.open) dialog.showModal();
}

function link(result, address) {
  return Object.assign(document.createElement('a'), { href: address, className: 'button quiet', textContent: say('save', { name: result.name }), download: '' });
}

/** Show a picture, or a small one of it where it is of a kind that browsers don't show. */
function source(image, address, small) {
  if (image.getAttribute('src') === address) return;
  image.removeAttribute('src');
  image.onerror = () => { image.onerror = null; image.src = small; };
  if (address) image.src = address;
}
