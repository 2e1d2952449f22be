// What is behind the subject, as the part of a Recipe that it is. Its value is that part, as an object.
const TEXT = __TEXT__;
const root = element.querySelector('.cw-backdrop-picker');
const at = (name) => root.querySelector('.cw-' + name);
const [picker, hex, image, error] = ['picker', 'hex', 'image-file', 'part-error'].map(at);
const chosen = (name) => root.querySelector(`input[name="${name}"]:checked`).value;
let asset = null; // the id of the uploaded picture

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

function part() {
  const kind = chosen('cw-kind');
  if (kind === 'color') return { kind, color: picker.value };
  if (kind === 'image') return asset ? { kind, source: asset, fit: chosen('cw-fit') } : { kind: 'none' };
  return { kind };
}

function tell(message) { error.textContent = message || ''; }

function publish() {
  root.querySelectorAll('.cw-part').forEach((box) => { box.hidden = box.dataset.kind !== chosen('cw-kind'); });
  root.querySelectorAll('.cw-swatch').forEach((button) => {
    button.setAttribute('aria-pressed', String(button.dataset.color === picker.value));
  });
  props.value = part();
  trigger('backdrop');
}

function setColor(color, text) {
  picker.value = color;
  if (text !== undefined) hex.value = text;
  tell('');
  publish();
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
    const answer = await fetch(new URL('studio/photos', document.baseURI), { method: 'POST', body: blob, headers });
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(body.message || TEXT.refused);
    asset = body.id;
    at('image-name').textContent = blob.name || TEXT.choose_image;
    publish();
  } catch (problem) {
    at('image-name').textContent = TEXT.choose_image;
    tell(problem instanceof TypeError ? TEXT.offline : problem.message);
  }
}

root.querySelectorAll('input[type="radio"]').forEach((radio) => radio.addEventListener('change', () => { tell(''); publish(); }));
root.querySelectorAll('.cw-swatch').forEach((button) => {
  button.addEventListener('click', () => setColor(button.dataset.color, button.dataset.name));
});
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
