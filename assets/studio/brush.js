// The brushes: strokes drawn live over the photo, and sent when the pointer lifts.
// Shares the stage's and the zoom's names. Points are shares of the photo's width and height.
const LONGEST = 400; // points of a stroke that is sent
const brush = { on: false, mode: 'keep', smart: true, size: 0.03, hardness: 0.8 };
const strokes = at('strokes');
const ring = at('ring');
const queue = []; // what was painted, undone or redone and waits for its turn
const settling = []; // what is to be done once nothing waits
let stroke = null; // being drawn: its points, its line on screen, its pointer
let waiting = null; // with the server: its line on screen, if it has one
let spot = [0.5, 0.5]; // where the ring is

const pixels = ([x, y]) => [x * size[0], y * size[1]];

function follow() {
  strokes.setAttribute('viewBox', `0 0 ${size[0]} ${size[1]}`);
  const [x, y] = pixels(spot);
  ring.setAttribute('cx', x);
  ring.setAttribute('cy', y);
  ring.setAttribute('r', brush.size * Math.max(...size) / 2);
}

function take_up(next) {
  const was = brush.on;
  Object.assign(brush, next, { on: next.mode !== 'off' });
  view.dataset.brush = brush.mode;
  putDown();
  follow();
  if (was !== brush.on) setMode();
}

document.addEventListener('cw-brush', (event) => take_up(event.detail));

function line(points) {
  const shape = document.createElementNS(SVG, 'path');
  shape.dataset.brush = brush.mode;
  shape.style.strokeWidth = brush.size * Math.max(...size);
  strokes.querySelector('g').append(shape);
  redraw(shape, points);
  return shape;
}

function redraw(shape, points) {
  const places = points.map((point) => pixels(point).join(' '));
  shape.setAttribute('d', 'M' + (places.length > 1 ? places.join('L') : places[0] + 'h0'));
}

// Where a pointer is on the photo; strokes may begin and end beyond its edge, and stop there.
const ready = () => brush.on && photo && root.classList.contains('has-cut') && !root.classList.contains('is-busy');

view.addEventListener('pointerdown', (event) => {
  if (!ready() || event.button !== 0 || event.target.closest('.cw-zoom')) return;
  event.preventDefault();
  view.focus({ preventScroll: true });
  view.setPointerCapture(event.pointerId);
  const points = [share(event)];
  stroke = { points, shape: line(points), pointer: event.pointerId };
});

view.addEventListener('pointermove', (event) => {
  if (!brush.on) return;
  spot = share(event);
  follow();
  if (!stroke || event.pointerId !== stroke.pointer) return;
  const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const one of events.length ? events : [event]) stroke.points.push(share(one));
  redraw(stroke.shape, stroke.points);
});

view.addEventListener('pointerup', (event) => {
  if (!stroke || event.pointerId !== stroke.pointer) return;
  const { points, shape } = stroke;
  stroke = null;
  paint(points, shape);
});
view.addEventListener('pointercancel', putDown);

function putDown() {
  if (stroke) stroke.shape.remove();
  stroke = null;
}

function restart() {
  putDown();
  queue.length = settling.length = 0;
  waiting = null;
  strokes.querySelector('g').replaceChildren();
}

function paint(points, shape) {
  const { mode, size: width, hardness, smart } = brush;
  const sent = { points: simplified(points, width), mode, size: width, hardness, smart };
  queue.push({ name: 'stroke', sent, shape });
  next();
}

// One after the other, so that the server always knows the strokes before.
function next() {
  if (waiting || !queue.length) return;
  waiting = queue.shift();
  trigger(waiting.name, { sent: waiting.sent });
}

function landed() {
  if (waiting && waiting.shape) waiting.shape.remove();
  waiting = null;
  next();
  settled();
}

// Somebody waits until the server has all strokes.
document.addEventListener('cutaway:settle', ({ detail }) => { settling.push(detail); settled(); });

function settled() {
  while (!waiting && !queue.length && settling.length) settling.shift()();
}

actions.touched = (message) => {
  say(message.text);
  const next = new Image();
  next.onload = () => {
    if (message.photo === photo) cut.src = next.src;
    landed();
  };
  next.onerror = landed;
  next.src = shelf(message.image);
};
const failed = actions.error;
actions.error = (message) => { failed(message); landed(); };

// The fewest points that keep the line within a fiftieth of the brush (Ramer, 1972; Douglas and Peucker, 1973).
function simplified(points, width) {
  const away = (p, a, b) => {
    const [x, y, u, v] = [p[0] - a[0], p[1] - a[1], b[0] - a[0], b[1] - a[1]];
    const along = Math.min(1, Math.max(0, (x * u + y * v) / (u * u + v * v || 1)));
    return Math.hypot(x - along * u, y - along * v);
  };
  const places = points.map(pixels);
  const thinned = (off) => {
    const kept = new Set([0, places.length - 1]);
    const spans = [[0, places.length - 1]];
    while (spans.length) {
      const [first, last] = spans.pop();
      let [most, at] = [off, 0];
      for (let i = first + 1; i < last; i += 1) {
        const distance = away(places[i], places[first], places[last]);
        if (distance > most) [most, at] = [distance, i];
      }
      if (at) { kept.add(at); spans.push([first, at], [at, last]); }
    }
    return [...kept].sort((a, b) => a - b);
  };
  let off = width * Math.max(...size) / 50;
  let kept = thinned(off);
  while (kept.length > LONGEST) kept = thinned((off *= 1.6));
  return kept.map((i) => points[i].map((value) => Math.round(value * 1e6) / 1e6));
}

// The ring by keyboard: it takes the picture along where it would leave the view.
function move(x, y) {
  const step = 0.02 / zoom;
  spot = [spot[0] + x * step, spot[1] + y * step].map((value) => Math.min(1, Math.max(0, value)));
  follow();
  const seen = spot.map((value, i) => corner[i] + value * zoom);
  panBy(...seen.map((value) => Math.min(0, 0.95 - value) + Math.max(0, 0.05 - value)));
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
document.addEventListener('keydown', (event) => {
  if (!brush.on || typing(event.target)) return;
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (command && (key === 'z' || key === 'y')) {
    if (!ready()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    queue.push({ name: 'restroke', sent: key === 'y' || event.shiftKey });
    next();
  } else if (event.target === view && ARROWS[event.key]) {
    event.preventDefault();
    move(...ARROWS[event.key]);
  } else if (event.target === view && event.key === 'Enter' && !command && ready()) {
    event.preventDefault();
    paint([spot], line([spot]));
  }
}, true);
