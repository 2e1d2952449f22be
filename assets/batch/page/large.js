// One photo, large.
import { by, element, source } from './elements.js';
import { resultOf, said } from './grid.js';
import { percent, say, words } from './words.js';
import { find, state } from './state.js';

const dialog = by('large');
const look = by('large-look');

export const isOpen = () => dialog.open;

export const isZoomed = () => dialog.open && look.classList.contains('is-zoomed');

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
  if (shown) sharpen(by('large-before'), find(state.active)?.photo);
  dialog.querySelector('[data-do=before]').setAttribute('aria-pressed', String(shown));
}

export const showsBefore = () => look.classList.contains('is-before');

/** Show the active photo. */
export function show() {
  const item = find(state.active);
  if (!item) return;
  if (dialog.dataset.number !== String(item.number) || !dialog.open) {
    look.classList.remove('is-zoomed');
    before(false);
  }
  dialog.dataset.number = item.number;
  const result = resultOf(item);
  by('large-title').textContent = item.file;
  soft(by('large-after'), result?.thumb, result?.files[0]);
  soft(by('large-before'), item.state === 'failed' ? null : item.before);
  by('large-told').textContent = told(item, result).filter(Boolean).join(' · ');
  by('large-decided').textContent = item.decision ? words[item.decision] : words.clear;
  by('large-decided').className = item.decision ?? '';
  by('large-files').replaceChildren(...item.results.flatMap((one) => one.files.map((address) => link(one, address))));
  if (!dialog.open) dialog.showModal();
}

function told(item, result) {
  const several = item.results.length > 1 && result;
  return [item.error?.text, several && result.name, result && percent(item.score), result && `${result.width} × ${result.height}`, ...said(item)];
}

const link = (result, address) => element('a', { href: address, className: 'button quiet', textContent: say('save', { name: result.name }), download: '' });

/** Show a small picture at once, and the large one as soon as it is there. */
function soft(image, small, large) {
  if (image.dataset.small !== (small ?? '')) {
    image.dataset.small = small ?? '';
    source(image, small);
  }
  if (large) sharpen(image, large);
}

function sharpen(image, large) {
  const { small } = image.dataset;
  if (!large || image.getAttribute('src') === large) return;
  const loading = new Image();
  loading.src = large;
  loading.decode().then(() => { if (image.dataset.small === small) source(image, large); }).catch(() => {}); // of a kind that browsers don't show
}
