// Guides over the picture, and the subject moved on it by hand. Shares the stage's names. Places are
// shares of the canvas's sides; the server says where the subject is and between where it can be moved.
const STEP_BY_KEY = 0.02; // of the free room
const guides = at('guides');
let wanted = []; // which guides are shown
let frame = null; // what the server said of the picture on screen
let moving = false; // the pointer moves the subject
let hold = null; // the subject in hand: the pointer, where it began, and where it is now
let settle = 0; // a timer: keys are sent once they rest

const shape = (kind, name, attributes) => {
  const made = document.createElementNS(SVG, kind);
  made.setAttribute('class', name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
};
const across = (share) => shape('path', 'cw-line', { d: `M0 ${share}H1` });
const upright = (share) => shape('path', 'cw-line', { d: `M${share} 0V1` });
const box = ({ 0: left, 1: top, 2: right, 3: bottom }, name) =>
  shape('rect', name, { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) });

const DRAWN = {
  centre: () => [across(0.5), upright(0.5)],
  thirds: () => [1 / 3, 2 / 3].flatMap((share) => [across(share), upright(share)]),
  subject: () => (frame && frame.guides ? around(frame.guides) : []),
  safe: () => [box([0.05, 0.05, 0.95, 0.95], 'cw-safe')],
};

// The subject's box, and its margins unless it is just being carried away from them.
function around(known) {
  const outer = hold || known.outer.every((share, i) => Math.abs(share - known.box[i]) < 1e-4) ? [] : [box(known.outer, 'cw-outer')];
  return [...outer, box(shifted(known.box), 'cw-box')];
}

function shifted([left, top, right, bottom]) {
  const [x, y] = hold ? hold.by : [0, 0];
  return [left + x, top + y, right + x, bottom + y];
}

function drawGuides() {
  const names = hold ? [...new Set([...wanted, 'subject'])] : wanted;
  guides.replaceChildren(...names.flatMap((name) => DRAWN[name]()));
}

document.addEventListener('cutaway:guides', ({ detail }) => { wanted = detail || []; drawGuides(); });
document.addEventListener('cutaway:move', ({ detail }) => { moving = Boolean(detail); setMode(); });

function reframed(next) {
  frame = next;
  hold = null;
  view.classList.remove('is-moving');
  drawGuides();
  tell('framed', { note: frame ? frame.note : '' });
}

// How far along an axis the subject can go, as the shares of the free room that it takes.
function aligned([x, y]) {
  const { box: [left, top], first, last } = frame.guides;
  return [left + x, top + y].map((now, i) => {
    const room = last[i] - first[i];
    return Math.abs(room) < 1e-4 ? 0.5 : Math.min(1, Math.max(0, (now - first[i]) / room));
  });
}

// The move that ends where the subject may be; near the middle of its room it is caught.
function within([x, y], caught) {
  const { box: [left, top], first, last } = frame.guides;
  return aligned([x, y]).map((share, i) => {
    const kept = caught && Math.abs(share - 0.5) * Math.abs(last[i] - first[i]) < 0.012 ? 0.5 : share;
    return Math.abs(last[i] - first[i]) < 1e-4 ? 0 : first[i] + kept * (last[i] - first[i]) - [left, top][i];
  });
}

function carry(by) {
  hold.by = by;
  view.style.setProperty('--move-x', by[0] * 100 + '%');
  view.style.setProperty('--move-y', by[1] * 100 + '%');
  drawGuides();
}

function putPlace() {
  const [x, y] = hold.by;
  const align = aligned([x, y]);
  if (Math.hypot(x, y) < 1e-4) { hold = null; view.classList.remove('is-moving'); drawGuides(); return; }
  trigger('place', { align });
}

const movable = () => view.dataset.mode === 'move' && frame && frame.guides && root.classList.contains('has-cut');

// Where the cutout lies while it is carried: as the photo lies under the finished picture.
function take_hold(pointer, from) {
  hold = { pointer, from, by: [0, 0] };
  at('carry').src = cut.src;
  at('carry').style.transform = before.style.transform;
  view.classList.add('is-moving');
}

view.addEventListener('pointerdown', (event) => {
  if (!movable() || event.button !== 0 || event.target.closest('.cw-zoom')) return;
  event.preventDefault();
  view.focus({ preventScroll: true });
  view.setPointerCapture(event.pointerId);
  take_hold(event.pointerId, share(event));
});
view.addEventListener('pointermove', (event) => {
  if (!hold || hold.pointer !== event.pointerId) return;
  const now = share(event);
  carry(within([now[0] - hold.from[0], now[1] - hold.from[1]], !event.altKey));
});
view.addEventListener('pointerup', (event) => { if (hold && hold.pointer === event.pointerId) putPlace(); });
view.addEventListener('pointercancel', () => { if (hold) reframed(frame); });

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
view.addEventListener('keydown', (event) => {
  if (!movable() || !WAYS[event.key] || event.target !== view) return;
  event.preventDefault();
  if (!hold) take_hold(null, null);
  const { first, last } = frame.guides;
  const step = WAYS[event.key].map((way, i) => way * STEP_BY_KEY * Math.abs(last[i] - first[i]));
  carry(within(hold.by.map((value, i) => value + step[i]), false));
  clearTimeout(settle);
  settle = setTimeout(() => { if (hold) putPlace(); }, 400);
});
