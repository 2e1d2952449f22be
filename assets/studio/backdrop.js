// What is behind the subject, as the part of a Recipe that it is. Its value is that part, as an object.
const TEXT = __TEXT__;
const root = element.querySelector('.cw-backdrop-picker');
const at = (name) => root.querySelector('.cw-' + name);
const address = (path) => new URL(path, document.baseURI).href;
const [picker, hex, image, error] = ['picker', 'hex', 'image-file', 'part-error'].map(at);
const chosen = (name) => root.querySelector(`input[name="${name}"]:checked`).value;
const NEUTRAL = JSON.stringify({ kind: 'none' });
let picture = null; // the uploaded picture: its id, its name, and the id of a small one
let studio = { name: 'paper', seed: 1, color: null, accent: null };
let tint = null; // a translucent colour that the picker has no word for
let shown = NEUTRAL; // the part that the controls stand for, as JSON

// The browser knows every CSS colour name; what it can't read is not a colour.
function readColor(text) {
  const probe = document.createElement('canvas').getContext('2d');
  const word = text.trim();
  for (const attempt of [word, '#' + word]) {
    if (!CSS.supports('color', attempt)) continue;
    probe.fillStyle = attempt;
    if (/^#[0-9a-f]{6}$/i.test(probe.fillStyle)) return probe.fillStyle;
  }
  return null;
}

function tell(message) { error.textContent = message || ''; }

function check(name, value) { root.querySelector(`input[name="${name}"][value="${value}"]`).checked = true; }

const units = { angle: (value) => value + '°', scale: () => Math.round(scale() * 100) + ' %' };
const scale = () => 2 ** (at('scale').value / 100);

function write(input) {
  const name = input.className.replace('cw-', '');
  input.nextElementSibling.value = (units[name] || ((value) => value + ' %'))(input.value);
}

function slide(name, value) {
  at(name).value = value;
  write(at(name));
}

function imagePart() {
  const part = { kind: 'image', source: picture.id, fit: chosen('cw-fit'), scale: Number(scale().toFixed(3)) };
  return { ...part, position: [at('place-x').value / 100, at('place-y').value / 100], blur: at('soften').value / 100 };
}

const parts = {
  none: () => ({ kind: 'none' }),
  color: () => ({ kind: 'color', color: tint || picker.value }),
  gradient: () => gradientPart(),
  studio: () => ({ kind: 'studio', ...studio }),
  image: () => (picture ? imagePart() : { kind: 'none' }),
  blur: () => ({ kind: 'blur', shape: chosen('cw-blur'), radius: at('radius').value / 100 }),
};

const showing = {
  none: () => {},
  color: (part) => { showColor(part.color, part.color); },
  gradient: (part) => showGradient(part),
  studio: (part) => { studio = { name: part.name, seed: part.seed, color: part.color, accent: part.accent }; },
  image: (part, known) => {
    picture = known || (picture && picture.id === part.source ? picture : { id: part.source, name: TEXT.this_picture });
    check('cw-fit', part.fit);
    slide('scale', Math.log2(part.scale || 1) * 100);
    slide('place-x', (part.position ? part.position[0] : 0.5) * 100);
    slide('place-y', (part.position ? part.position[1] : 0.5) * 100);
    slide('soften', (part.blur || 0) * 100);
  },
  blur: (part) => { check('cw-blur', part.shape || 'gaussian'); slide('radius', part.radius * 100); },
};

// Makes the controls stand for a part.
function show(part, known) {
  check('cw-kind', part.kind);
  showing[part.kind](part, known);
  arrange();
}

function arrange() {
  const kind = chosen('cw-kind');
  root.querySelectorAll('.cw-part').forEach((box) => { box.hidden = box.dataset.kind !== kind; });
  root.querySelectorAll('[data-color]').forEach((button) => press(button, button.dataset.color === picker.value && !tint));
  root.querySelectorAll('[data-studio]').forEach((button) => press(button, button.dataset.studio === studio.name));
  root.querySelectorAll('[data-shape]').forEach((line) => { line.hidden = line.dataset.shape !== chosen('cw-gradient'); });
  const own = libraryButton(studio.name).dataset;
  at('studio-color').value = studio.color || own.own;
  at('studio-accent').value = studio.accent || own.accent;
  at('own-colors').disabled = !studio.color && !studio.accent;
  at('image-name').textContent = picture ? picture.name : TEXT.choose_image;
}

const libraryButton = (name) => root.querySelector(`[data-studio="${name}"]`);

function press(button, pressed) { button.setAttribute('aria-pressed', String(pressed)); }

// Something is behind now: says so to the page.
function publish() {
  const part = parts[chosen('cw-kind')]();
  arrange();
  shown = JSON.stringify(part);
  props.value = part;
  trigger('backdrop');
  remember(part, part.kind === 'image' ? picture : undefined);
}

function change() {
  tell('');
  at('gone').textContent = '';
  publish();
}

function showColor(color, text) {
  tint = color.length > 7 ? color : null;
  picker.value = color.slice(0, 7);
  if (text !== undefined) hex.value = text;
}

function setColor(color, text) {
  showColor(color, text);
  change();
}

function typed() {
  const color = readColor(hex.value);
  if (color) setColor(color);
  else tell(TEXT.not_a_color);
}

async function takeImage(blob) {
  tell('');
  at('image-name').textContent = TEXT.uploading;
  const headers = { 'Content-Type': 'application/octet-stream', 'X-File-Name': encodeURIComponent(blob.name || 'backdrop') };
  try {
    const answer = await fetch(address('studio/photos'), { method: 'POST', body: blob, headers });
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(body.message || TEXT.refused);
    picture = { id: body.id, name: blob.name || TEXT.this_picture, preview: body.preview };
    change();
  } catch (problem) {
    arrange();
    tell(problem instanceof TypeError ? TEXT.offline : problem.message);
  }
}

function setStudio(fields) {
  studio = { ...studio, ...fields };
  change();
}

root.querySelectorAll('input[type="radio"]').forEach((radio) => radio.addEventListener('change', change));
root.querySelectorAll('[data-color]').forEach((button) => {
  button.addEventListener('click', () => setColor(button.dataset.color, button.dataset.name));
});
root.querySelectorAll('[data-studio]').forEach((button) => {
  button.addEventListener('click', () => setStudio({ name: button.dataset.studio, seed: 1, color: null, accent: null }));
});
root.querySelectorAll('input[type="range"]').forEach((input) => {
  input.addEventListener('input', () => { write(input); change(); });
});
at('another').addEventListener('click', () => setStudio({ seed: (studio.seed + 1) % 1_000_000 }));
at('own-colors').addEventListener('click', () => setStudio({ color: null, accent: null }));
at('studio-color').addEventListener('input', (event) => setStudio({ color: event.target.value }));
at('studio-accent').addEventListener('input', (event) => setStudio({ accent: event.target.value }));
picker.addEventListener('input', () => setColor(picker.value, picker.value));
hex.addEventListener('change', typed);
hex.addEventListener('input', () => { if (readColor(hex.value)) typed(); });
image.addEventListener('change', () => { if (image.files.length) takeImage(image.files[0]); image.value = ''; });
const box = root.querySelector('[data-takes-files]');
box.addEventListener('drop', (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  takeImage(event.dataTransfer.files[0]);
});
