// Several models on one photo, side by side. One is asked for after the other, so that each is shown as it comes.
const TEXT = __TEXT__;
const LEAST = 2;
const MOST = 4; // models
const CLOSEST = 16; // times
const STEP = 1.5; // a button or a key
const dialog = element.querySelector('.cw-compare');
const at = (name) => dialog.querySelector('.cw-' + name);
const [models, panes, error, tools, start] = ['compare-models', 'panes', 'part-error', 'compare-tools', 'compare-start'].map(at);
const shelf = (id) => new URL('studio/files/' + id, document.baseURI).href;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
let photo = null; // what is on the stage
let current = ''; // the model in use
let round = 0; // so that a late answer to an earlier question changes nothing
let queue = []; // models that are still to be asked for
let zoom = 1;
let corner = [0, 0]; // of the picture in its pane, in shares of the pane's sides: 0 or less

function part(kind, className, text) {
  const made = document.createElement(kind);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const chosen = () => [...models.querySelectorAll('input:checked')].map((box) => ({ name: box.value, title: box.dataset.title }));

// The choice

function showChoices(message) {
  current = message.current;
  models.replaceChildren(...message.choices.map(({ name, title, checked }) => {
    const label = part('label');
    const box = part('input');
    box.type = 'checkbox';
    box.value = name;
    box.checked = checked;
    box.dataset.title = title;
    label.append(box, part('span', '', title));
    return label;
  }));
  limit();
}

function limit() {
  const full = chosen().length >= MOST;
  models.querySelectorAll('input').forEach((box) => { box.disabled = full && !box.checked; });
}

// Results

function pane({ name, title }) {
  const line = part('li', 'cw-pane is-waiting');
  line.dataset.model = name;
  const view = part('div', 'cw-pane-view');
  view.tabIndex = 0;
  view.setAttribute('role', 'group');
  view.setAttribute('aria-label', fill(TEXT.view, { name: title }));
  view.style.setProperty('--w', photo.width);
  view.style.setProperty('--h', photo.height);
  const moved = part('div', 'cw-pane-moved');
  const picture = part('img', 'cw-pane-cut');
  picture.alt = fill(TEXT.alt, { name: title });
  moved.append(part('div', 'cw-pane-checker'), part('div', 'cw-pane-behind'), picture);
  view.append(moved);
  const facts = part('p', 'cw-pane-facts');
  facts.append(part('strong', '', title), part('span', '', TEXT.waiting));
  facts.setAttribute('aria-live', 'polite');
  const use = part('button', 'cw-quiet cw-use', TEXT.use);
  use.type = 'button';
  use.disabled = true;
  use.setAttribute('aria-label', fill(TEXT.use_name, { name: title }));
  use.addEventListener('click', () => { trigger('use', { model: name }); dialog.close(); });
  line.append(view, facts, use);
  return line;
}

function begin() {
  const wanted = chosen();
  error.textContent = !photo ? TEXT.no_photo : wanted.length < LEAST || wanted.length > MOST ? TEXT.how_many : '';
  if (error.textContent) return;
  round += 1;
  queue = wanted.map(({ name }) => name);
  move(1, [0, 0]);
  tools.hidden = false;
  panes.replaceChildren(...wanted.map(pane));
  panes.dataset.count = wanted.length;
  askNext();
}

const paneOf = (model) => [...panes.children].find((one) => one.dataset.model === model);

function askNext() {
  const model = queue.shift();
  if (!model || !dialog.open) return;
  const line = paneOf(model);
  line.classList.add('is-busy');
  line.querySelector('.cw-pane-facts span').textContent = TEXT.running;
  trigger('cut', { model, round });
}

function showResult(message) {
  const line = message.round === round && paneOf(message.model);
  if (!line) return;
  line.classList.remove('is-waiting', 'is-busy');
  line.classList.toggle('is-failed', message.action === 'failed');
  line.querySelector('.cw-pane-facts span').textContent = message.text;
  if (message.action === 'result') showPicture(line, message);
  askNext();
}

function showPicture(line, message) {
  line.querySelector('.cw-pane-cut').src = shelf(message.image);
  line.dataset.level = message.level;
  const css = line.querySelector('.cw-pane-behind').style;
  const { kind, color, image } = message.behind;
  if (kind === 'color') css.background = color;
  if (kind === 'image') css.background = `center / 100% 100% no-repeat url("${shelf(image)}")`;
  const use = line.querySelector('.cw-use');
  use.disabled = message.model === current;
  if (use.disabled) use.textContent = TEXT.in_use;
}

// All panes show the same part of the picture.

function move(next, [x, y]) {
  zoom = Math.min(CLOSEST, Math.max(1, next));
  corner = [x, y].map((value) => Math.min(0, Math.max(1 - zoom, value)));
  panes.style.setProperty('--zoom', zoom);
  panes.style.setProperty('--x', corner[0] * 100 + '%');
  panes.style.setProperty('--y', corner[1] * 100 + '%');
  panes.classList.toggle('is-zoomed', zoom > 1);
  tools.querySelector('[data-zoom=all]').textContent = Math.round(zoom * 100) + ' %';
}

function zoomTo(next, [x, y] = [0.5, 0.5]) {
  const kept = Math.min(CLOSEST, Math.max(1, next));
  const times = kept / zoom;
  move(kept, [x - (x - corner[0]) * times, y - (y - corner[1]) * times]);
}

const viewOf = (event) => event.target.closest('.cw-pane-view');

function place(view, event) {
  const box = view.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

let held = null; // the pane that is dragged in, and where its pointers were
const fingers = new Map();

function middle() {
  const all = [...fingers.values()];
  const at = [0, 1].map((axis) => all.reduce((sum, one) => sum + one[axis], 0) / all.length);
  const box = held.view.getBoundingClientRect();
  const [[a, b], [c, d]] = [all[0], all.at(-1)];
  return { at, wide: all.length > 1 ? Math.hypot((a - c) * box.width, (b - d) * box.height) : 0 };
}

panes.addEventListener('pointerdown', (event) => {
  const view = viewOf(event);
  if (!view || event.button > 1 || (held && held.view !== view)) return;
  held = held || { view };
  fingers.set(event.pointerId, place(view, event));
  view.setPointerCapture(event.pointerId);
  Object.assign(held, middle());
});
panes.addEventListener('pointermove', (event) => {
  if (!held || !fingers.has(event.pointerId)) return;
  fingers.set(event.pointerId, place(held.view, event));
  const now = middle();
  move(zoom, [corner[0] + now.at[0] - held.at[0], corner[1] + now.at[1] - held.at[1]]);
  if (now.wide && held.wide) zoomTo(zoom * now.wide / held.wide, now.at);
  Object.assign(held, now);
});
for (const end of ['pointerup', 'pointercancel']) {
  panes.addEventListener(end, (event) => {
    fingers.delete(event.pointerId);
    if (held && fingers.size) Object.assign(held, middle());
    if (!fingers.size) held = null;
  });
}
panes.addEventListener('dragstart', (event) => event.preventDefault());

// A wheel scrolls the window until one looks closer; with Ctrl or a pinch it always zooms.
panes.addEventListener('wheel', (event) => {
  const view = viewOf(event);
  if (!view || !(event.ctrlKey || event.metaKey || zoom > 1)) return;
  event.preventDefault();
  const lines = event.deltaMode === 1 ? 30 : 1;
  zoomTo(zoom * Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), place(view, event));
}, { passive: false });

panes.addEventListener('keydown', (event) => {
  if (!viewOf(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = { '+': zoom * STEP, '=': zoom * STEP, '-': zoom / STEP, 0: 1 }[event.key];
  const by = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
  if (next !== undefined) zoomTo(next);
  else if (by && zoom > 1) move(zoom, [corner[0] + by[0], corner[1] + by[1]]);
  else return;
  event.preventDefault();
});

at('compare-zoom').addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (button) zoomTo({ in: zoom * STEP, out: zoom / STEP, all: 1 }[button.dataset.zoom]);
});
at('compare-behind').addEventListener('change', ({ target }) => { panes.classList.toggle('on-checker', target.value === 'checker'); });

// The window

function reset() {
  round += 1;
  queue = [];
  panes.replaceChildren();
  tools.hidden = true;
}

function shut() {
  reset();
  models.replaceChildren();
}

element.querySelector('.cw-compare-open').addEventListener('click', () => {
  error.textContent = '';
  dialog.showModal();
  trigger('choices');
});
at('compare-close').addEventListener('click', () => dialog.close());
dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener('close', shut);
models.addEventListener('change', limit);
start.addEventListener('click', begin);
document.addEventListener('cutaway:taken', ({ detail }) => { photo = detail; if (dialog.open) reset(); });
document.addEventListener('cutaway:empty', () => { photo = null; reset(); });

const actions = { choices: showChoices, result: showResult, failed: showResult };
watch('value', () => { if (props.value && props.value.action) actions[props.value.action](props.value); });
