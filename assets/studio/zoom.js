// Zoom and pan of the picture on the stage. Shares the stage's names; where the picture lies
// is kept in shares of the view's sides, so that a resized window changes nothing.
const MOST = 16; // times
const STEP = 1.5; // a button or a key
const zoomed = at('zoomed');
let zoom = 1;
let corner = [0, 0]; // of the picture, in the view: 0 or less
let held = null; // what is being dragged about: the pointer, and where it was
let spaced = false; // the space bar is down
const fingers = new Map(); // touching the view, by pointer

function showZoom(next = 1, [x, y] = [0, 0]) {
  zoom = Math.min(MOST, Math.max(1, next));
  corner = [x, y].map((value) => Math.min(0, Math.max(1 - zoom, value)));
  view.style.setProperty('--zoom', zoom);
  view.style.setProperty('--x', corner[0] * 100 + '%');
  view.style.setProperty('--y', corner[1] * 100 + '%');
  view.classList.toggle('is-zoomed', zoom > 1);
  at('zoom').querySelector('[data-zoom=all]').textContent = Math.round(zoom * 100) + ' %';
}

// A place of the view, from an event on it: shares of its sides.
function place(event) {
  const box = view.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

// The same point of the picture stays under the given place.
function zoomTo(next, [x, y] = [0.5, 0.5]) {
  const kept = Math.min(MOST, Math.max(1, next));
  const times = kept / zoom;
  showZoom(kept, [x - (x - corner[0]) * times, y - (y - corner[1]) * times]);
}

function panBy(x, y) {
  showZoom(zoom, [corner[0] + x, corner[1] + y]);
}

// A wheel scrolls the page, unless one paints or looks closer already; with Ctrl or a pinch it always zooms.
view.addEventListener('wheel', (event) => {
  const wanted = event.ctrlKey || event.metaKey || view.dataset.mode === 'paint' || zoom > 1;
  if (!wanted || !photo) return;
  event.preventDefault();
  const lines = event.deltaMode === 1 ? 30 : 1;
  if (event.shiftKey) panBy(-(event.deltaX || event.deltaY) * lines / view.clientWidth, 0);
  else zoomTo(zoom * Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), place(event));
}, { passive: false });

const panning = (event) => event.button === 1 || (spaced && event.button === 0);

// Capturing, so that neither the slider nor a brush sees what moves the picture.
view.addEventListener('pointerdown', (event) => {
  if (event.target.closest('.cw-zoom')) return;
  if (event.pointerType === 'touch') fingers.set(event.pointerId, place(event));
  const pinched = fingers.size === 2;
  if (!pinched && !panning(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (pinched) putDown(); // the first finger began a stroke that was none
  held = pinched ? pinch() : { pointer: event.pointerId, at: place(event) };
  view.setPointerCapture(event.pointerId);
}, true);

function pinch() {
  const [[a, b], [c, d]] = [...fingers.values()];
  return { wide: Math.hypot((a - c) * view.clientWidth, (b - d) * view.clientHeight), at: [(a + c) / 2, (b + d) / 2] };
}

view.addEventListener('pointermove', (event) => {
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, place(event));
  if (!held || (held.pointer && held.pointer !== event.pointerId)) return;
  event.stopImmediatePropagation();
  const now = held.pointer ? { ...held, at: place(event) } : pinch();
  panBy(now.at[0] - held.at[0], now.at[1] - held.at[1]);
  if (now.wide) zoomTo(zoom * now.wide / held.wide, now.at);
  held = now;
}, true);

for (const end of ['pointerup', 'pointercancel']) {
  view.addEventListener(end, (event) => {
    fingers.delete(event.pointerId);
    if (!held || (held.pointer && held.pointer !== event.pointerId)) return;
    event.stopImmediatePropagation();
    held = null;
  }, true);
}

at('zoom').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button && event.detail) button.blur(); // or the space bar would press it again, instead of panning
  if (button) zoomTo({ in: zoom * STEP, out: zoom / STEP, all: 1 }[button.dataset.zoom]);
});

const typing = (target) => target.closest && target.closest('input:not([type=range], [type=radio], [type=checkbox]), textarea, select');
const pressing = (target) => target.closest && target.closest('button, a, input:not([type=range]), summary, [role=option]');

// Keys count while the view has the focus or the pointer is over it, and in a brush's hand.
const near = () => brush.on || view.matches(':hover, :focus-within');
document.addEventListener('keydown', (event) => {
  if (!photo || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || !near()) return;
  const next = { '+': zoom * STEP, '=': zoom * STEP, '-': zoom / STEP, 0: 1 }[event.key];
  if (next !== undefined) { event.preventDefault(); zoomTo(next); return; }
  if (event.key !== ' ' || pressing(event.target)) return;
  event.preventDefault();
  spaced = true;
  view.classList.add('is-panning');
});
document.addEventListener('keyup', (event) => {
  if (event.key !== ' ') return;
  spaced = false;
  view.classList.remove('is-panning');
});
