// The stage: takes a photo in, and shows the cutout as the server makes it.
// The page's state here is only what is on screen; everything else is an id.
const TEXT = __TEXT__;
const root = element.querySelector('.cw-stage');
const at = (name) => root.querySelector('.cw-' + name);
const [before, cut, backdrop, range, view] = ['before', 'cut', 'backdrop', 'range', 'view'].map(at);
const [status, error, file, after, scene] = ['status', 'error', 'file', 'after', 'scene'].map(at);
const [trust, doubt, doubting] = ['trust', 'doubt', 'doubting'].map(at);
let photo = null; // the id of the photo on screen
let sending = null; // the running upload, so that a newer one can stop it
let localUrl = null;
let framed = null; // the finished picture on screen: its size, and where the photo lies on it

const address = (path) => new URL(path, document.baseURI).href;
const shelf = (id) => address('studio/files/' + id);
const say = (text) => { status.textContent = text || ''; };

function fail(message) {
  error.querySelector('p').textContent = message;
  error.hidden = !message;
  if (message) { say(''); root.classList.remove('is-busy'); }
}

function compare(position) {
  range.value = position;
  view.style.setProperty('--position', position + '%');
}

let size = [1, 1]; // of the photo, in pixels

// The view has the photo's proportions, or the canvas's while the finished picture is shown.
function proportions(width, height) {
  view.style.setProperty('--w', width);
  view.style.setProperty('--h', height);
}

function measure(width, height) {
  size = [width, height];
  proportions(width, height);
}

function clear(name) {
  photo = null;
  root.dataset.state = 'working';
  root.classList.add('is-busy');
  root.classList.remove('has-cut');
  at('name').textContent = name;
  cut.removeAttribute('src');
  showTrust(null);
  showDoubt(false);
  showMarks({ mode: 'compare', picked: [] });
  showBackdrop({ kind: 'none' });
  hideScene();
  restart();
  showZoom();
  compare(50);
  fail('');
  say(TEXT.uploading);
}

// Until the server has made its own preview, the browser shows the file if it can read it.
function showLocal(blob) {
  if (localUrl) URL.revokeObjectURL(localUrl);
  localUrl = URL.createObjectURL(blob);
  before.removeAttribute('src');
  before.onload = () => { if (before.src === localUrl) measure(before.naturalWidth, before.naturalHeight); };
  before.src = localUrl;
}

async function send(blob, name, signal) {
  const headers = { 'Content-Type': 'application/octet-stream', 'X-File-Name': encodeURIComponent(name) };
  const answer = await fetch(address('studio/photos'), { method: 'POST', body: blob, headers, signal });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.message || TEXT.refused);
  return body;
}

const tell = (event, detail) => document.dispatchEvent(new CustomEvent('cutaway:' + event, { detail }));

// A photo that the server has comes onto the stage.
function present(taken) {
  photo = taken.id;
  measure(taken.width, taken.height);
  before.onload = null;
  before.src = shelf(taken.preview);
  at('name').textContent = `${taken.name} · ${taken.width} × ${taken.height}`;
  say(TEXT.cutting);
  tell('taken', taken);
  trigger('photo', { id: taken.id });
}

async function take(blob, name) {
  if (sending) sending.abort();
  const mine = (sending = new AbortController());
  clear(name);
  showLocal(blob);
  try {
    const taken = await send(blob, name, mine.signal);
    if (mine.signal.aborted) return;
    present({ ...taken, name });
  } catch (problem) {
    if (mine.signal.aborted) return;
    root.dataset.state = 'empty';
    root.classList.remove('is-busy');
    say('');
    tell('refused', { name, message: problem instanceof TypeError ? TEXT.offline : problem.message });
  }
}

function showCut(message) {
  const next = new Image();
  next.onload = () => {
    if (message.photo !== photo) return;
    cut.src = next.src;
    root.dataset.state = 'ready';
    root.classList.add('has-cut');
    root.classList.toggle('is-busy', !message.final);
    say(message.text);
    showTrust(message.confidence);
  };
  next.src = shelf(message.image);
}

// How far the cutout can be trusted, and where it can't: a picture over the photo, on both sides of the slider.
function showTrust(confidence) {
  trust.hidden = !confidence;
  if (!confidence) { doubt.removeAttribute('src'); return; }
  trust.dataset.level = confidence.level;
  trust.style.setProperty('--score', confidence.percent + '%');
  at('verdict').querySelector('strong').textContent = confidence.verdict;
  at('why').textContent = confidence.why;
  doubt.src = shelf(confidence.doubt);
}

function showDoubt(shown) {
  doubting.setAttribute('aria-pressed', String(shown));
  view.classList.toggle('has-doubt', shown);
  arrange();
}

// The finished picture, and the photo placed under it so that both can be compared.
function showScene(message) {
  const next = new Image();
  next.onload = () => {
    if (message.photo !== photo || late(message)) return;
    scene.src = next.src;
    framed = message;
    shiftBy([0, 0]);
    showHeads(message.heads);
    arrange();
    reframed(message.frame);
  };
  next.src = shelf(message.image);
}

function hideScene() {
  framed = null;
  showHeads([]);
  scene.removeAttribute('src');
  arrange();
}

// While the photo itself is being marked or judged it is shown in its own frame.
function arrange() {
  const shown = framed && ['compare', 'move'].includes(view.dataset.mode) && !view.classList.contains('has-doubt');
  view.classList.toggle('has-scene', Boolean(shown));
  if (!shown) {
    proportions(...size);
    before.style.transform = '';
    return;
  }
  proportions(framed.width, framed.height);
  const [[a, b, x], [c, d, y]] = framed.matrix; // between shares of the sides
  const shape = framed.width / framed.height;
  before.style.transform =
    `translate(${x * 100}%, ${y * 100}%) matrix(${a}, ${c * shape ** -1}, ${b * shape}, ${d}, 0, 0)`;
}

function showBackdrop(message) {
  if (framed) hideScene();
  reframed(message.frame || null);
  const css = backdrop.style;
  css.background = message.kind === 'color' ? message.color : 'none';
  if (message.kind === 'image') {
    const next = new Image();
    const source = shelf(message.image);
    next.onload = () => { if (message.photo === photo) css.background = `center / 100% 100% no-repeat url("${source}")`; };
    next.src = source;
  }
}

function save(message) {
  const link = document.createElement('a');
  link.href = shelf(message.file) + '?download=1';
  link.download = message.name;
  document.body.append(link);
  link.click();
  link.remove();
  say(message.text);
}

// Marks on the photo: clicked points, a region. Shares of its width and height, as the server keeps them.
const marks = at('marks');
const SVG = 'http://www.w3.org/2000/svg';
let dragged = null; // where a region began
let marking = 'compare'; // what the pointer does while no brush is in hand

function draw(kind, attributes) {
  const shape = document.createElementNS(SVG, kind);
  Object.entries(attributes).forEach(([name, value]) => shape.setAttribute(name, value));
  marks.append(shape);
}

function drawRegion([left, top, right, bottom]) {
  draw('rect', { x: left * 100, y: top * 100, width: (right - left) * 100, height: (bottom - top) * 100 });
}

// What the pointer does on the picture: a brush comes first, then marks, then moving the subject.
function setMode() {
  view.dataset.mode = brush.on ? 'paint' : marking === 'compare' && moving ? 'move' : marking;
  const said = { paint: TEXT.canvas, move: TEXT.movable }[view.dataset.mode];
  const names = { tabindex: '0', role: 'application', 'aria-label': said };
  for (const [name, value] of Object.entries(names)) {
    if (said) view.setAttribute(name, value);
    else view.removeAttribute(name);
  }
  arrange();
}

function showMarks(message) {
  marking = message.mode;
  setMode();
  marks.replaceChildren();
  if (message.region) drawRegion(message.region);
  for (const [x, y] of message.picked) draw('path', { d: `M${x * 100} ${y * 100}h0` });
}

function share(event) {
  const box = at('zoomed').getBoundingClientRect();
  const within = (value) => Math.min(1, Math.max(0, value));
  return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
}

function between([x, y], [u, v]) {
  return [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];
}

view.addEventListener('pointerdown', (event) => {
  if (view.dataset.mode === 'pick') trigger('spot', { point: share(event) });
  if (view.dataset.mode !== 'region') return;
  dragged = share(event);
  view.setPointerCapture(event.pointerId);
});
view.addEventListener('dragstart', (event) => event.preventDefault()); // the browser would drag the picture
view.addEventListener('pointercancel', () => { dragged = null; });
view.addEventListener('pointermove', (event) => {
  if (!dragged) return;
  marks.replaceChildren();
  drawRegion(between(dragged, share(event)));
});
view.addEventListener('pointerup', (event) => {
  if (!dragged) return;
  trigger('region', { region: between(dragged, share(event)) });
  dragged = null;
});

const actions = {
  marks: showMarks,
  cut: showCut,
  backdrop: showBackdrop,
  scene: showScene,
  steps: (message) => tell('steps', message),
  download: save,
  status: (message) => { root.classList.toggle('is-busy', message.busy); say(message.text); },
  error: (message) => fail(message.text),
};

// While a slider moves, glimpses of the result follow it. One that comes after the slider was let go is too
// late: the result itself is on its way, or here.
let sliding = false;
document.addEventListener('input', ({ target }) => { if (target.type === 'range' && target.closest('#side')) sliding = true; }, true);
document.addEventListener('pointerup', () => { sliding = false; }, true);
const late = (message) => message.glimpse && !sliding;

// Several steps are made at once, and the first may be there last: an Undo before the step that it undid.
let newest = 0;
function outdated({ asked }) {
  newest = Math.max(newest, asked || 0);
  return asked < newest;
}

watch('value', () => {
  for (const message of props.value || []) {
    if (message.photo && message.photo !== photo) continue; // about a photo that is no longer here
    if (late(message) || outdated(message)) continue;
    if (!['error', 'copy'].includes(message.action)) fail('');
    actions[message.action](message);
  }
});

// Photos that are chosen while others are still sent wait for those, so that none is lost.
let taking = Promise.resolve();
function pick(files) {
  const all = [...files || []];
  const next = () => takeEach(all);
  if (all.length) taking = taking.then(next, next);
}

// The others wait for the first, so that the strip keeps their order.
async function takeEach([first, ...others]) {
  tell('given', 1 + others.length);
  await take(first, first.name || 'pasted.png');
  if (others.length) tell('more', others);
}

file.addEventListener('change', () => { pick(file.files); file.value = ''; });
range.addEventListener('input', () => compare(range.value));
at('new').addEventListener('click', () => file.click());
doubting.addEventListener('click', () => showDoubt(doubting.getAttribute('aria-pressed') !== 'true'));
error.querySelector('button').addEventListener('click', () => fail(''));

root.querySelectorAll('.cw-sample').forEach((button) => button.addEventListener('click', async () => {
  const answer = await fetch(address('studio/samples/' + button.dataset.name));
  if (answer.ok) take(await answer.blob(), button.dataset.file);
  else fail(TEXT.refused);
}));

document.addEventListener('cutaway:open', ({ detail }) => {
  if (sending) sending.abort();
  clear(detail.name);
  present(detail);
});
document.addEventListener('cutaway:empty', () => { clear(''); root.classList.remove('is-busy'); say(''); root.dataset.state = 'empty'; });
document.addEventListener('cutaway:problem', ({ detail }) => fail(detail));
document.addEventListener('cutaway:say', ({ detail }) => say(detail));
document.addEventListener('cutaway:flip', () => compare(range.value > 50 ? 0 : 100));

const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
const elsewhere = (event) => event.target.closest && event.target.closest('[data-takes-files]');
let depth = 0;
document.addEventListener('dragenter', (event) => { if (carriesFiles(event)) { depth += 1; root.classList.add('is-over'); } });
document.addEventListener('dragleave', (event) => {
  if (carriesFiles(event) && (depth -= 1) <= 0) { depth = 0; root.classList.remove('is-over'); }
});
document.addEventListener('dragover', (event) => { if (carriesFiles(event)) event.preventDefault(); });
document.addEventListener('drop', (event) => {
  depth = 0;
  root.classList.remove('is-over');
  if (!carriesFiles(event) || elsewhere(event)) return;
  event.preventDefault();
  pick(event.dataTransfer.files);
});
document.addEventListener('paste', (event) => {
  const files = event.clipboardData ? event.clipboardData.files : null;
  if (files && files.length) { event.preventDefault(); pick(files); }
});

root.dataset.ready = 'true';
tell('ready');
